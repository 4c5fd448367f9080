"""What each tone tells of a key: weights learnt from the sopranos of 236 chorales by J. S. Bach.

A softmax regression over the 24 keys, the same for every tonic, fitted to the training split alone.
Each row has the twelve degrees above the tonic, in nats.
"""

_Weights = tuple[float, ...]


def _row(text: str) -> _Weights:
    return tuple(map(float, text.split()))


SOUNDING: tuple[_Weights, _Weights] = (  # major, minor
    _row("3.439 -1.769 1.540 -7.981 5.273 2.416 -2.682 4.059 -1.389 1.157 -3.895 0.001"),
    _row("3.491 -4.233 1.683 6.147 -5.255 -1.403 -1.584 4.290 1.512 -4.066 0.427 -1.181"),
)
LAST: tuple[_Weights, _Weights] = (  # major, minor
    _row("4.308 -1.585 -3.899 -0.152 0.640 -1.152 -0.462 0.217 -0.339 -0.037 -0.711 -1.775"),
    _row("4.352 -0.480 -2.412 -2.873 1.822 0.003 -0.240 1.752 -2.242 -0.494 -1.813 -0.731"),
)
LAST_BARS: tuple[_Weights, _Weights] = (  # major, minor
    _row("2.957 -2.012 1.847 -7.185 4.526 0.483 -3.133 1.555 1.027 -2.102 0.097 -0.171"),
    _row("2.375 -3.962 3.310 0.648 -3.313 3.476 -2.143 3.568 3.219 -3.498 -2.395 0.652"),
)
FIRST_BARS: tuple[_Weights, _Weights] = (  # major, minor
    _row("3.869 -1.530 1.161 -5.347 2.066 -0.535 -2.004 2.314 -0.381 2.903 -2.940 0.453"),
    _row("3.156 -2.831 0.823 1.419 -3.125 -0.701 -1.119 2.253 2.769 -2.065 0.175 -0.799"),
)
ENDS: tuple[_Weights, _Weights] = (  # major, minor
    _row("1.637 -0.360 0.168 -1.783 1.614 0.377 -0.773 0.768 -0.419 0.451 -1.114 -0.551"),
    _row("1.111 -0.468 0.538 0.738 -0.445 -0.616 -0.861 0.528 0.086 -0.904 -0.113 0.445"),
)
MODE = (-0.052, 0.052)  # major, minor

# The same where a melody is not at its end yet.
OPEN_SOUNDING: tuple[_Weights, _Weights] = (
    _row("10.909 -3.968 2.198 -8.801 6.255 1.116 -6.247 9.506 -4.299 -6.911 -8.794 -0.149"),
    _row("7.880 -4.565 5.116 5.219 -7.007 -2.075 -3.100 8.414 -0.791 -7.258 -6.494 -0.675"),
)
OPEN_FIRST_BARS: tuple[_Weights, _Weights] = (
    _row("4.937 -2.180 -1.096 -5.408 3.764 1.090 -4.356 4.730 -4.179 2.631 -2.255 -0.005"),
    _row("3.781 -4.273 -0.502 2.305 -2.912 -1.152 -0.412 4.286 0.089 -3.206 1.856 -1.314"),
)
OPEN_MODE = (-0.545, 0.545)
