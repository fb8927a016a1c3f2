#!/usr/bin/env python3
"""A tray that the desktop brings up after the program has started gets the program's icon.

usage: late_tray_test.py WINDOW_PROGRAM
"""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import at_spi  # noqa: E402

TRAY = """<node><interface name="org.kde.StatusNotifierWatcher">
  <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
  <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
</interface></node>"""


def inside(program):
    from gi.repository import Gio, GLib

    icons = []

    def called(_bus, _sender, _path, _interface, method, arguments, invocation):
        if method == "RegisterStatusNotifierItem":
            icons.append(arguments.unpack()[0])
        invocation.return_value(None)

    process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n", "the window does not come"
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        bus.register_object("/StatusNotifierWatcher", Gio.DBusNodeInfo.new_for_xml(TRAY).interfaces[0], called,
                            lambda *_: GLib.Variant("b", True), None)
        Gio.bus_own_name_on_connection(bus, "org.kde.StatusNotifierWatcher", Gio.BusNameOwnerFlags.NONE, None, None)
        context, until = GLib.MainContext.default(), time.monotonic() + at_spi.PATIENCE
        while not icons and time.monotonic() < until:
            context.iteration(False)
            time.sleep(0.01)
        assert icons, "no icon came into the tray"
        print("a tray that comes later gets the icon:", icons[0])
        return 0
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        sys.exit(inside(sys.argv[2]))
    sys.exit(at_spi.run_on_own_desktop(__file__, sys.argv[1:], 2 * at_spi.PATIENCE))
