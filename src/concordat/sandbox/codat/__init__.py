"""The plug-in of the built-in APIs: Codat's customers and all that they rest on."""
