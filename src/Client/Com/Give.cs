using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>Hands things to a client of COM: texts from the task allocator, objects with a reference.</summary>
static unsafe class Give
{
    const int LanguageMask = 0x3FF;
    const int English = 9;

    /// <summary>A value.</summary>
    public static int Value<T>(T* to, T value)
        where T : unmanaged
    {
        if (to is null)
            return E_INVALIDARG.Value;
        *to = value;
        return 0;
    }

    /// <summary>A text, or null; the client frees it.</summary>
    public static int Text(char** to, string? text)
    {
        if (to is null)
            return E_INVALIDARG.Value;
        *to = text is null ? null : (char*)Marshal.StringToCoTaskMemUni(text);
        return 0;
    }

    /// <summary>A text in English, the one language there is.</summary>
    public static int Text(char** to, string text, uint languageId)
    {
        if (to is not null)
            *to = null;
        if (to is null || languageId == 0)
            return E_INVALIDARG.Value;
        return (languageId & LanguageMask) == English ? Text(to, text) : ERROR_RESOURCE_LANG_NOT_FOUND.Value;
    }

    /// <summary>An object by one of its interfaces.</summary>
    public static int Object<T>(void** to, T instance)
        where T : class
    {
        if (to is null)
            return E_INVALIDARG.Value;
        *to = ComInterfaceMarshaller<T>.ConvertToUnmanaged(instance);
        return 0;
    }

    /// <summary>An object by the interface that is asked for.</summary>
    public static int Object<T>(void** to, Guid* iid, T instance)
        where T : class
    {
        if (to is null || iid is null)
            return E_INVALIDARG.Value;
        var known = (nint)ComInterfaceMarshaller<T>.ConvertToUnmanaged(instance);
        var code = Marshal.QueryInterface(known, in *iid, out var found);
        Marshal.Release(known);
        *to = (void*)found;
        return code;
    }

    /// <summary>What came of a call.</summary>
    public static int Code<T>(Outcome<T> outcome) => outcome.Code.Value;
}
