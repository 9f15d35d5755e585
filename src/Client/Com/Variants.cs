using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>The few kinds of VARIANT that properties take.</summary>
static class Variants
{
    /// <summary>A text, which the receiver frees.</summary>
    public static ComVariant OfText(string text) => ComVariant.CreateRaw(VarEnum.VT_BSTR, Marshal.StringToBSTR(text));

    public static ComVariant OfFlag(bool value) => ComVariant.CreateRaw(VarEnum.VT_BOOL, (short)(value ? -1 : 0));

    public static ComVariant OfSize(ulong value) => ComVariant.CreateRaw(VarEnum.VT_UI8, value);

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
        }
        value = default;
    }

    static T Raw<T>(ComVariant value)
        where T : unmanaged => value.GetRawDataRef<T>();
}
