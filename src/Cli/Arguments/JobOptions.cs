using System.CommandLine;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Arguments;

/// <summary>The options about the job as a whole: those of get and add.</summary>
sealed class JobOptions
{
    public JobOptions(Command command)
    {
        command.Options.Add(Name);
        command.Options.Add(Foreground);
    }

    Option<string?> Name { get; } = new("--name") { HelpName = "DISPLAYNAME", Description = "What the job is called in lists, up to 256 characters. Default: its first file's name." };

    Option<bool> Foreground { get; } = new("--foreground") { Description = "Go before all background jobs. Default: a background job of normal priority." };

    public string NameOf(ParseResult parse, IReadOnlyList<AddFile> files)
    {
        if (parse.GetValue(Name) is { Length: > 0 } given)
            return given;
        var first = Path.GetFileName(files[0].LocalName);
        var name = files.Count == 1 ? first : $"{first} and {files.Count - 1} more";
        return name.Length <= 256 ? name : name[..256];
    }

    public JobPriority PriorityOf(ParseResult parse) => parse.GetValue(Foreground) ? JobPriority.Foreground : JobPriority.Normal;
}
