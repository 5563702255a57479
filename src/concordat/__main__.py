"""`python -m concordat`."""

from concordat.cli import main

if __name__ == "__main__":
    main()
