from __future__ import annotations

import pytest
from tests.mutants import matrix


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["page-off-by-two"], "there is no mutant `page-off-by-two`; did you mean `page-off-by-one`"),
        (["page-off-by-one", "-k", "no.such.case"], "no case has `no.such.case` in its key"),
    ],
)
def test_a_name_of_nothing_is_refused_and_not_passed(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        matrix.main(words)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
