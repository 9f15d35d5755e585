using System.Runtime.InteropServices.Marshalling;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>Makes the objects of the one class.</summary>
[GeneratedComClass]
sealed unsafe partial class ComClassObject : LiveObject, IClassFactory
{
    public int CreateInstance(void* outer, Guid* iid, void** instance)
    {
        if (instance is null || iid is null)
            return E_INVALIDARG.Value;
        *instance = null;
        if (outer is not null)
            return CLASS_E_NOAGGREGATION.Value;
        var agent = Agents.Find();
        return agent.Succeeded ? Give.Object<IBackgroundCopyManager>(instance, iid, new ComManager(agent.Value)) : agent.Code.Value;
    }

    public int LockServer(int isLock) => 0;
}
