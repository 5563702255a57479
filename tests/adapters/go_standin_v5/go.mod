module concordat.local/standin/v5

go 1.21
