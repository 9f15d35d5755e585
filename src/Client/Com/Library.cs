using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>What libdosvc.so exports: the class, and the allocators of COM's texts.</summary>
static unsafe class Library
{
    /// <summary>Gives the class object.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DllGetClassObject", CallConvs = [typeof(CallConvCdecl)])]
    public static int DllGetClassObject(Guid* clsid, Guid* iid, void** found) => GetClassObject(clsid, iid, found).Value;

    /// <summary>Never: the runtime inside cannot be unloaded.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DllCanUnloadNow", CallConvs = [typeof(CallConvCdecl)])]
    public static int DllCanUnloadNow() => S_FALSE.Value;

    /// <summary>Makes an object in one call.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DoCreateInstance", CallConvs = [typeof(CallConvCdecl)])]
    public static int DoCreateInstance(Guid* clsid, Guid* iid, void** instance) => CreateInstance(clsid, iid, instance).Value;

    /// <summary>Memory as COM's task allocator gives it: that of malloc.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DoTaskMemAlloc", CallConvs = [typeof(CallConvCdecl)])]
    public static void* DoTaskMemAlloc(nuint bytes) => NativeMemory.Alloc(bytes);

    [UnmanagedCallersOnly(EntryPoint = "DoTaskMemRealloc", CallConvs = [typeof(CallConvCdecl)])]
    public static void* DoTaskMemRealloc(void* memory, nuint bytes) => NativeMemory.Realloc(memory, bytes);

    [UnmanagedCallersOnly(EntryPoint = "DoTaskMemFree", CallConvs = [typeof(CallConvCdecl)])]
    public static void DoTaskMemFree(void* memory) => Marshal.FreeCoTaskMem((nint)memory);

    /// <summary>A text with its length before it.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DoSysAllocString", CallConvs = [typeof(CallConvCdecl)])]
    public static char* DoSysAllocString(char* text) => text is null ? null : (char*)Marshal.StringToBSTR(new string(text));

    [UnmanagedCallersOnly(EntryPoint = "DoSysAllocStringLen", CallConvs = [typeof(CallConvCdecl)])]
    public static char* DoSysAllocStringLen(char* text, uint length) =>
        (char*)Marshal.StringToBSTR(text is null ? new string('\0', (int)length) : new string(text, 0, (int)length));

    [UnmanagedCallersOnly(EntryPoint = "DoSysFreeString", CallConvs = [typeof(CallConvCdecl)])]
    public static void DoSysFreeString(char* text) => Marshal.FreeBSTR((nint)text);

    [UnmanagedCallersOnly(EntryPoint = "DoSysStringLen", CallConvs = [typeof(CallConvCdecl)])]
    public static uint DoSysStringLen(char* text) => text is null ? 0 : *((uint*)text - 1) / sizeof(char);

    /// <summary>An array of bytes; of any other type there is none.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DoSafeArrayCreateVector", CallConvs = [typeof(CallConvCdecl)])]
    public static SAFEARRAY* DoSafeArrayCreateVector(ushort type, int lowerBound, uint count) => type == (ushort)VarEnum.VT_UI1 ? SafeArrays.Make(lowerBound, count) : null;

    /// <summary>Frees an array.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DoSafeArrayDestroy", CallConvs = [typeof(CallConvCdecl)])]
    public static int DoSafeArrayDestroy(SAFEARRAY* array)
    {
        if (array is not null)
            SafeArrays.Free((nint)array);
        return 0;
    }

    /// <summary>Frees what a VARIANT owns and empties it.</summary>
    [UnmanagedCallersOnly(EntryPoint = "DoVariantClear", CallConvs = [typeof(CallConvCdecl)])]
    public static int DoVariantClear(ComVariant* value)
    {
        if (value is null)
            return E_INVALIDARG.Value;
        Variants.Clear(ref *value);
        return 0;
    }

    /// <summary>How many objects clients hold, and objects of clients are held. For tests: it collects garbage first.</summary>
    [UnmanagedCallersOnly(EntryPoint = "HaulLiveObjects", CallConvs = [typeof(CallConvCdecl)])]
    public static int HaulLiveObjects() => LiveObject.Count();

    internal static HResult GetClassObject(Guid* clsid, Guid* iid, void** found)
    {
        if (clsid is null || iid is null || found is null)
            return E_INVALIDARG;
        *found = null;
        return *clsid == DeliveryOptimizationClass.ClassId ? new HResult(Give.Object<IClassFactory>(found, iid, new ComClassObject())) : CLASS_E_CLASSNOTAVAILABLE;
    }

    internal static HResult CreateInstance(Guid* clsid, Guid* iid, void** instance)
    {
        if (clsid is null || iid is null || instance is null)
            return E_INVALIDARG;
        *instance = null;
        return *clsid == DeliveryOptimizationClass.ClassId ? new HResult(new ComClassObject().CreateInstance(null, iid, instance)) : REGDB_E_CLASSNOTREG;
    }
}
