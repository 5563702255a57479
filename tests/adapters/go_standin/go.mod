module concordat.local/standin

go 1.21
