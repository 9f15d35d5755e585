using System.CommandLine;
using System.CommandLine.Completions;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Commands;

/// <summary>Job ids as people write them: any beginning that only one job has.</summary>
static class JobIds
{
    /// <summary>Characters that lists show: enough to tell thousands of jobs apart.</summary>
    public const int ShownLength = 8;

    /// <summary>How long completion may wait for an agent while someone holds the tab key.</summary>
    static readonly TimeSpan CompletionMax = TimeSpan.FromSeconds(2);

    public static string Short(Guid id) => id.ToString("N")[..ShownLength];

    /// <summary>One id, completed with those of the agent's jobs.</summary>
    public static Argument<string> One() => Completed(new Argument<string>("ID"));

    /// <summary>One id or none.</summary>
    public static Argument<string?> Optional() => Completed(new Argument<string?>("ID") { Arity = ArgumentArity.ZeroOrOne });

    /// <summary>One or more ids.</summary>
    public static Argument<string[]> Many() => Completed(new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore });

    static T Completed<T>(T argument)
        where T : Argument
    {
        argument.Description = "The job's id, or a beginning of it that no other job has.";
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option)
                result.AddError($"There is no option {option.Value}");
        });
        argument.CompletionSources.Add(_ => CompleteAsync().GetAwaiter().GetResult());
        return argument;
    }

    /// <summary>The job with this id, among the caller's own; for an administrator, among all.</summary>
    public static async Task<Outcome<HaulJob>> FindAsync(HaulClient client, string text)
    {
        if (Guid.TryParse(text, out var id))
            return await client.GetJobAsync(id);
        var found = Matching(await client.ListJobsAsync(), text);
        if (found.Count == 0 && Environment.IsPrivilegedProcess)
            found = Matching(await client.ListJobsAsync(allUsers: true), text);
        return found switch
        {
            [var one] => await client.GetJobAsync(one.Id),
            [] => new Failure(HResults.DO_E_JOB_NOT_FOUND, $"There is no job whose id begins with '{text}'; haul jobs lists them"),
            _ => new Failure(HResults.E_INVALIDARG, $"{found.Count} jobs have ids that begin with '{text}': write more of it"),
        };
    }

    static List<JobSnapshot> Matching(IReadOnlyList<JobSnapshot> jobs, string text) => [.. jobs.Where(job => Matches(text, job.Id.ToString("N")))];

    /// <summary>Whether what was written is the beginning of an id.</summary>
    /// <param name="text">As a person wrote it.</param>
    /// <param name="id">All digits of an id.</param>
    public static bool Matches(string text, string id) =>
        text.Replace("-", "", StringComparison.Ordinal) is { Length: > 0 } digits && id.StartsWith(digits, StringComparison.OrdinalIgnoreCase);

    static async Task<IEnumerable<CompletionItem>> CompleteAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(CompletionMax, TimeProvider.System);
            await using var client = await HaulClient.ConnectAsync(cancel: patience.Token);
            return [.. (await client.ListJobsAsync(cancel: patience.Token)).Select(job => new CompletionItem(Short(job.Id)))];
        }
        catch (Exception e) when (e is HaulException or OperationCanceledException)
        {
            return [];
        }
    }
}
