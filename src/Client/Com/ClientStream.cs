using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A client's stream that the bytes of a download go to. Nothing of it is called but Write.</summary>
sealed unsafe class ClientStream : ClientObject
{
    const int WriteSlot = 4;

    static readonly Guid _id = new("0000000C-0000-0000-C000-000000000046");

    ClientStream(void* unknown, nint stream)
        : base(unknown, stream)
    {
    }

    /// <summary>Takes references to a client's object, if it is a stream.</summary>
    public static HResult Take(void* unknown, out ClientStream? taken)
    {
        taken = null;
        var code = Ask(unknown, in _id, out var stream);
        if (code.Failed)
            return code;
        taken = new ClientStream(unknown, stream);
        return S_OK;
    }

    /// <summary>Writes all of it.</summary>
    /// <param name="bytes">What.</param>
    /// <param name="taken">How many were written.</param>
    /// <returns>S_OK; what the stream answered; E_FAIL where it takes nothing more and does not say why; RPC_E_DISCONNECTED when it was let go of.</returns>
    public HResult Write(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        while (taken < bytes.Length)
        {
            if (!TryBegin())
                return RPC_E_DISCONNECTED;
            // One that says nothing has written all.
            var written = (uint)(bytes.Length - taken);
            int code;
            fixed (byte* from = bytes[taken..])
                code = ((delegate* unmanaged<nint, void*, uint, uint*, int>)Method(Asked, WriteSlot))(Asked, from, written, &written);
            End();
            if (code < 0)
                return new HResult(code);
            if (written == 0 || written > bytes.Length - taken)
                return E_FAIL;
            taken += (int)written;
        }
        return S_OK;
    }
}
