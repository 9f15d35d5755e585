using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>The few kinds of VARIANT that properties take.</summary>
static class Variants
{
    /// <summary>A text, which the receiver frees.</summary>
    public static ComVariant OfText(string text) => ComVariant.CreateRaw(VarEnum.VT_BSTR, Marshal.StringToBSTR(text));

    public static ComVariant OfFlag(bool value) => ComVariant.CreateRaw(VarEnum.VT_BOOL, (short)(value ? -1 : 0));

    public static ComVariant OfSize(ulong value) => ComVariant.CreateRaw(VarEnum.VT_UI8, value);

    public static ComVariant OfNumber(uint value) => ComVariant.CreateRaw(VarEnum.VT_UI4, value);

    /// <summary>An object, whose reference goes with it.</summary>
    public static unsafe ComVariant OfUnknown(void* instance) => ComVariant.CreateRaw(VarEnum.VT_UNKNOWN, (nint)instance);

    /// <summary>A property's value in the type that its kind has.</summary>
    public static ComVariant Of(DownloadValueKind kind, DownloadValue value) => kind switch
    {
        DownloadValueKind.Number32 => OfNumber((uint)(value.Number ?? 0)),
        DownloadValueKind.Number64 => OfSize(value.Number ?? 0),
        DownloadValueKind.Flag => OfFlag(value.Flag == true),
        _ => OfText(value.Text ?? ""),
    };

    /// <summary>A property's value out of the type that its kind has; null for another type.</summary>
    public static DownloadValue? As(DownloadValueKind kind, in ComVariant value) => kind switch
    {
        DownloadValueKind.Text => Text(value) is { } text ? DownloadValue.Of(text) : null,
        DownloadValueKind.Number32 => Number(value) is { } number ? DownloadValue.Of((ulong)number) : null,
        DownloadValueKind.Number64 => Size(value) is { } size ? DownloadValue.Of(size) : null,
        DownloadValueKind.Flag => Flag(value) is { } flag ? DownloadValue.Of(flag) : null,
        DownloadValueKind.Bytes => SafeArrays.Bytes(value) is { } bytes ? DownloadValue.Of(Convert.ToBase64String(bytes)) : null,
        _ => null,
    };

    /// <summary>The text of a VARIANT that holds one.</summary>
    public static string? Text(in ComVariant value)
    {
        if (value.VarType != VarEnum.VT_BSTR)
            return null;
        var text = Raw<nint>(value);
        return text == 0 ? "" : Marshal.PtrToStringBSTR(text);
    }

    public static bool? Flag(in ComVariant value) => value.VarType == VarEnum.VT_BOOL ? Raw<short>(value) != 0 : null;

    public static ulong? Size(in ComVariant value) => value.VarType == VarEnum.VT_UI8 ? Raw<ulong>(value) : null;

    public static uint? Number(in ComVariant value) => value.VarType == VarEnum.VT_UI4 ? Raw<uint>(value) : null;

    /// <summary>Whether a VARIANT holds an object, or says that there is none.</summary>
    /// <param name="value">The VARIANT.</param>
    /// <param name="instance">The object, borrowed, or null.</param>
    public static unsafe bool IsUnknown(in ComVariant value, out void* instance)
    {
        instance = value.VarType == VarEnum.VT_UNKNOWN ? (void*)Raw<nint>(value) : null;
        return value.VarType is VarEnum.VT_UNKNOWN or VarEnum.VT_EMPTY;
    }

    /// <summary>Frees what a VARIANT owns and empties it, as VariantClear does.</summary>
    public static void Clear(ref ComVariant value)
    {
        switch (value.VarType)
        {
            case VarEnum.VT_BSTR:
                Marshal.FreeBSTR(Raw<nint>(value));
                break;
            case VarEnum.VT_UNKNOWN or VarEnum.VT_DISPATCH when Raw<nint>(value) is not 0 and var instance:
                Marshal.Release(instance);
                break;
            case SafeArrays.OfBytes when Raw<nint>(value) is not 0 and var array:
                SafeArrays.Free(array);
                break;
        }
        value = default;
    }

    /// <summary>What a VARIANT holds, as it lies there.</summary>
    public static T Raw<T>(ComVariant value)
        where T : unmanaged => value.GetRawDataRef<T>();
}
