module concordat.local/sending

go 1.21
