using System.Runtime.InteropServices;
using Haul.Client.Com;

namespace Haul.ComSample;

/// <summary>Makes the first object, as CoCreateInstance does on Windows.</summary>
static partial class Activation
{
    public static nint Create(Guid iid, bool isOfLibrary)
    {
        if (isOfLibrary)
        {
            var clsid = new Guid(DeliveryOptimizationClass.Id);
            Marshal.ThrowExceptionForHR(DoCreateInstance(in clsid, in iid, out var made));
            return made;
        }
        Marshal.ThrowExceptionForHR(DeliveryOptimizationClass.CreateInstance(iid, out var own).Value);
        return own;
    }

    [LibraryImport("dosvc")]
    private static partial int DoCreateInstance(in Guid clsid, in Guid iid, out nint instance);
}
