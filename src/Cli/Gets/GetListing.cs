using Haul.Cli.Output;

namespace Haul.Cli.Gets;

/// <summary>A get that works, or worked, in a process of its own.</summary>
/// <param name="State">running or interrupted.</param>
/// <param name="Get">What it is.</param>
sealed record GetListing(string State, GetRecord Get)
{
    public const string Running = "running";
    public const string Interrupted = "interrupted";

    /// <summary>The command that goes on with it, from any directory; null where it held a secret.</summary>
    public string? Resume => Get.Command is null ? null : $"cd {Arguments.ShellWords.Quote(Get.Directory)} && {Get.Command}";

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
               select new GetListing(GetHome.IsHeld(directory) ? Running : Interrupted, get),
        ];
    }
}
