using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>What the bytes of a stream are: a download, or a file of a job.</summary>
interface IFed
{
    /// <summary>The bytes from the front. Reading them throws when they will not all come.</summary>
    Outcome<Stream> OpenContent(CancellationToken cancel);

    /// <summary>The stream has all, or failed for good: says so to whom it concerns. False where that is to be said again.</summary>
    bool Tell(HResult code);
}
