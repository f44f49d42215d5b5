"""The local runtime: the synthesized template, deployed into an emulator on this machine."""
