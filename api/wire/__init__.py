"""Records as they cross the wire: the store returns them, HTTP answers them, the client reads them."""
