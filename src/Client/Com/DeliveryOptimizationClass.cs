using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>The one class of the COM contract, for C# programs that use its interfaces in their own process, without the library.</summary>
public static unsafe class DeliveryOptimizationClass
{
    /// <summary>CLSID_DeliveryOptimization.</summary>
    public const string Id = "5B99FA76-721C-423C-ADAC-56D03C8A8007";

    internal static readonly Guid ClassId = new(Id);

    /// <summary>Makes an object; the agent is found, or started where there is none.</summary>
    /// <param name="iid">The interface that is wanted.</param>
    /// <param name="instance">The object, with a reference; 0 on failure.</param>
    /// <returns>S_OK; E_NOINTERFACE; DO_E_NO_SERVICE when no agent answers and none can be started; E_ACCESSDENIED when it does not serve this user.</returns>
    public static HResult CreateInstance(Guid iid, out nint instance)
    {
        void* made;
        var clsid = ClassId;
        var code = Library.CreateInstance(&clsid, &iid, &made);
        instance = (nint)made;
        return code;
    }
}
