using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Contract;

namespace Haul.Cli.Gets;

/// <summary>A get that works, or worked, in a process of its own.</summary>
/// <param name="Id">Names it for haul cancel, whole or by its beginning, as jobs are named.</param>
/// <param name="State">running or interrupted.</param>
/// <param name="Get">What it is.</param>
sealed record GetListing(string Id, string State, GetRecord Get)
{
    public const string Running = "running";
    public const string Interrupted = "interrupted";

    /// <summary>The command that goes on with it, from any directory; null where it held a secret.</summary>
    public string? Resume => Get.Command is null ? null : $"cd {Arguments.ShellWords.Quote(Get.Directory)} && {Get.Command}";

    /// <summary>Takes away what an interrupted get left.</summary>
    public async Task<Failure?> DiscardAsync(TimeProvider time, CancellationToken cancel)
    {
        try
        {
            using var entered = await GetHome.EnterAsync(time, cancel);
            await GetHome.DiscardAsync(Path.Combine(GetHome.Root, Id));
            return null;
        }
        catch (HaulException e)
        {
            return e.Code == HResults.ERROR_SHARING_VIOLATION ? new Failure(e.Code, $"The get of {Get.Files[0]} is at work: interrupt it first, with Ctrl+C") : e.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GetHome.Unusable(e);
        }
    }

    /// <summary>Every get that left state, the oldest first.</summary>
    public static async Task<IReadOnlyList<GetListing>> AllAsync(TimeProvider time, CancellationToken cancel)
    {
        if (!GetHome.Directories().Any())
            return [];
        using var entered = await GetHome.EnterAsync(time, cancel);
        return
        [
            .. from directory in GetHome.Directories()
               let get = GetHome.Read(directory)
               where get is not null
               orderby get.Started
               select new GetListing(Path.GetFileName(directory), GetHome.IsHeld(directory) ? Running : Interrupted, get),
        ];
    }
}
