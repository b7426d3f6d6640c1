"""The twin: a simulated machine that runs its program against the physics of cutting, and knows the truth of it.

Program, path, engagement, force, load, heat, wear, vibration, and last what the sensors make of them. Every figure of
every tick follows from the machine and its changes alone.
"""
