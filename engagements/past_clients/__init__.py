"""Past clients from outside: the links they get, the mail, whom a provider may invite."""
