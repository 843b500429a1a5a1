"""Password files as an administrator makes them."""

from .command import run


def bcrypt(user, password, cost=4):
    """A line of htpasswd(1). Each step of the cost doubles the time: 4 is under a millisecond, 12 some 200."""
    return run("htpasswd", "-n", "-b", "-B", "-C", cost, user, password).stdout.decode().strip() + "\n"


def sha_crypt(user, password, kind=6):
    """A line with what openssl(1) makes of the password."""
    return f"{user}:" + run("openssl", "passwd", f"-{kind}", password).stdout.decode()
