using System.Runtime.InteropServices;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>The one place where errno becomes <see cref="Errno"/>, and <see cref="Errno"/> an <see cref="HResult"/>.</summary>
static class PosixErrors
{
    /// <summary>What the last call on this thread said. To be read before anything else is called.</summary>
    public static Errno Last() => From(Marshal.GetLastPInvokeError());

    /// <summary>The outcome of a call that returns -1 for failure.</summary>
    public static Errno Of(nint returned) => returned == -1 ? Last() : Errno.None;

    /// <summary>Linux's number for this system's number: macOS has its own above 34.</summary>
    public static Errno From(int raw) => OperatingSystem.IsMacOS() ? FromMac(raw) : (Errno)raw;

    /// <summary>The code that a program sees.</summary>
    public static HResult CodeOf(Errno error) => error switch
    {
        Errno.None => default,
        Errno.EACCES or Errno.EPERM or Errno.ELOOP or Errno.EISDIR => HResults.E_ACCESSDENIED,
        Errno.ENOENT => HResults.ERROR_FILE_NOT_FOUND,
        Errno.ENOTDIR => HResults.ERROR_PATH_NOT_FOUND,
        Errno.EEXIST => HResults.ERROR_FILE_EXISTS,
        Errno.ENOSPC => HResults.ERROR_DISK_FULL,
        Errno.EDQUOT => HResults.ERROR_DISK_QUOTA_EXCEEDED,
        Errno.EROFS => HResults.ERROR_WRITE_PROTECT,
        Errno.EIO => HResults.ERROR_WRITE_FAULT,
        Errno.EMFILE or Errno.ENFILE => HResults.ERROR_TOO_MANY_OPEN_FILES,
        Errno.ENAMETOOLONG => HResults.ERROR_FILENAME_EXCED_RANGE,
        Errno.EXDEV => HResults.ERROR_NOT_SAME_DEVICE,
        Errno.EINVAL => HResults.ERROR_INVALID_NAME,
        Errno.EFBIG => HResults.ERROR_FILE_TOO_LARGE,
        Errno.EBUSY or Errno.ETXTBSY or Errno.EAGAIN => HResults.ERROR_BUSY,
        Errno.EOPNOTSUPP or Errno.ENOSYS => HResults.ERROR_NOT_SUPPORTED,
        Errno.ESTALE => HResults.ERROR_FILE_INVALID,
        _ => HResults.ERROR_IO_DEVICE,
    };

    static Errno FromMac(int raw) => raw switch
    {
        35 => Errno.EAGAIN,
        45 or 102 => Errno.EOPNOTSUPP,
        62 => Errno.ELOOP,
        63 => Errno.ENAMETOOLONG,
        69 => Errno.EDQUOT,
        70 => Errno.ESTALE,
        78 => Errno.ENOSYS,
        // The Linux meanings of these numbers are other ones: they keep their number, out of the names' way.
        11 or 36 or 38 or 40 or 95 or 116 or 122 => (Errno)(1000 + raw),
        _ => (Errno)raw,
    };
}
