using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Haul.Engine.Platform;

/// <summary>The user database of this machine.</summary>
static unsafe class Users
{
    // struct passwd begins alike on Linux and macOS: name, password, uid, gid.
    const int RecordBytes = 128;
    const int UidOffset = 16;
    const int GidOffset = 20;

    /// <summary>Behind the comment on Linux; the rest is not read.</summary>
    const int HomeOffset = 32;

    const int TextBytes = 4 * 1024;
    const int TextBytesMax = 1024 * 1024;
    const int TextTooSmall = 34; // ERANGE, on both systems

    delegate int Query(byte* record, byte* text, nuint textLength, byte** found);

    /// <summary>The number of a user, or null where there is none of that name.</summary>
    public static uint? UidOf(string name) => Of(name)?.Uid;

    /// <summary>The user of a name, or null.</summary>
    public static Caller? Of(string name) => OperatingSystem.IsWindows() || name.Contains('\0', StringComparison.Ordinal)
        ? null
        : Ask((record, text, length, found) => PosixNative.GetPwName(name, record, text, length, found));

    /// <summary>The name of a user, or null where the number has none.</summary>
    public static string? NameOf(uint uid) => OperatingSystem.IsWindows()
        ? null
        : Ask((record, text, length, found) => PosixNative.GetPwUid(uid, record, text, length, found))?.Name;

    /// <summary>The home directory of a user, or null where the number has none.</summary>
    [SupportedOSPlatform("linux")]
    public static string? HomeOf(uint uid)
    {
        string? home = null;
        _ = Ask((record, text, length, found) =>
        {
            var code = PosixNative.GetPwUid(uid, record, text, length, found);
            if (code == 0 && *found is not null)
                home = TextAt(record + HomeOffset);
            return code;
        });
        return home;
    }

    static Caller? Ask(Query query)
    {
        var record = stackalloc byte[RecordBytes];
        for (var room = TextBytes; room <= TextBytesMax; room *= 4)
        {
            var text = new byte[room];
            fixed (byte* first = text)
            {
                byte* found = null;
                if (query(record, first, (nuint)room, &found) == TextTooSmall)
                    continue;
                return found is null ? null : Read(record);
            }
        }

        return null;
    }

    static Caller Read(byte* record)
    {
        var uid = *(uint*)(record + UidOffset);
        return new Caller(uid, *(uint*)(record + GidOffset), TextAt(record), IsAdministrator: uid == 0);
    }

    static string TextAt(byte* place) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)place));
}
