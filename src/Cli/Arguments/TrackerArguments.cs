using System.CommandLine;
using System.CommandLine.Parsing;

namespace Haul.Cli.Arguments;

/// <summary>The options of an agent that are about its tracker.</summary>
sealed class TrackerArguments
{
    /// <summary>The tracker.</summary>
    public Option<Uri?> Address { get; } = new("--tracker")
    {
        HelpName = "URL",
        Description = "Tell this tracker of the contents that are exchanged, and learn from it who else has them: see haul tracker. An agent of a group shows it the group's id and token.",
        CustomParser = TrackerParser("is not the address of a tracker: write https://tracker.example:7682"),
    };

    /// <summary>Whom to trust of it.</summary>
    public Option<string?> Authorities { get; } = new("--tracker-cacert")
    {
        HelpName = "PEM",
        Description = "Trust, of the tracker, the certificate authorities of the file PEM and no other. Default: the system's.",
        CustomParser = result =>
        {
            var read = HttpArguments.ReadAuthorities(result.Tokens[^1].Value);
            if (!read.Succeeded)
                result.AddError(read.Failure.Text);
            return read.Succeeded ? read.Value : null;
        },
    };

    /// <summary>The place that it is told.</summary>
    public Option<string?> Site { get; } = new("--site") { HelpName = "NAME", Description = "The place that this agent is at: the tracker names others of it first." };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [Address, Authorities, Site];

    static Func<ArgumentResult, Uri?> TrackerParser(string complaint)
    {
        var many = Parsed.ManyObjects<Uri>(text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" ? uri : null, complaint);
        return result => many(result).FirstOrDefault();
    }
}
