"""Lead sheets arranged for a band: parts written in a style, drums from players' takes."""
