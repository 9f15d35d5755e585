using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>COM's arrays, of which one kind is known here: bytes in one row.</summary>
static unsafe class SafeArrays
{
    /// <summary>VT_ARRAY | VT_UI1.</summary>
    public const VarEnum OfBytes = VarEnum.VT_ARRAY | VarEnum.VT_UI1;

    /// <summary>Certificates have some KiB.</summary>
    const uint BytesMax = 1 << 20;

    /// <summary>The bytes of a VARIANT that holds such an array; null for anything else.</summary>
    public static byte[]? Bytes(in ComVariant value)
    {
        if (value.VarType != OfBytes)
            return null;
        var array = (SAFEARRAY*)Variants.Raw<nint>(value);
        return array is not null && array->Dimensions == 1 && array->ElementBytes == 1 && array->Elements <= BytesMax && (array->Data is not null || array->Elements == 0)
            ? new ReadOnlySpan<byte>(array->Data, (int)array->Elements).ToArray()
            : null;
    }

    /// <summary>An array of bytes, all zero; null when there is no memory for it.</summary>
    public static SAFEARRAY* Make(int lowerBound, uint bytes)
    {
        if (bytes > BytesMax)
            return null;
        var array = (SAFEARRAY*)NativeMemory.AllocZeroed((nuint)sizeof(SAFEARRAY));
        (array->Dimensions, array->ElementBytes, array->Elements, array->LowerBound) = (1, 1, bytes, lowerBound);
        array->Data = NativeMemory.AllocZeroed(Math.Max(bytes, 1));
        return array;
    }

    /// <summary>Frees one that <see cref="Make"/> made.</summary>
    public static void Free(nint array)
    {
        NativeMemory.Free(((SAFEARRAY*)array)->Data);
        NativeMemory.Free((void*)array);
    }
}
