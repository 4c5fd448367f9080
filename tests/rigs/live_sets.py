"""Large sets for the fake Live."""


def fill(world, tracks=200, voices=(), scenes=None):
    """Fill a set with MIDI and audio tracks full of clips; the last ones are called as voices."""
    scenes = len(world.song._scenes) if scenes is None else scenes
    for index in range(tracks - len(voices)):
        world.add_track(f"Track {index + 1}", is_midi=index % 2 == 0)
    for name in voices:
        world.add_track(name)
    for track in world.song._tracks:
        for scene in range(scenes):
            world.add_clip(track, scene)


def melody_clip(track, world, scene=0):
    """Draw a short melody."""
    return world.add_clip(track, scene, "melody", [(60, 0, 1), (62, 1, 1), (64, 2, 2)])
