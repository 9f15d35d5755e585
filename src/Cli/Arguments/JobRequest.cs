using System.CommandLine;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Arguments;

/// <summary>All that get and add have in common: which files, from whom, as what job.</summary>
sealed class JobRequest
{
    readonly FileOptions _files;
    readonly HttpArguments _http;
    readonly Option<string?> _name = new("--name") { HelpName = "DISPLAYNAME", Description = "What the job is called in lists, 1 to 256 characters. Default: its first file's name." };
    readonly Option<bool> _foreground = new("--foreground") { Description = "Go before all background jobs. Default: a background job of normal priority." };

    readonly Option<TimeSpan?> _giveUpAfter = new("--give-up-after")
    {
        HelpName = "TIME",
        Description = "Fail when no byte came for so long, as in 30s, 5m or 2h; until then errors that may go away are waited out. 0 fails at the first error. Default: 24h, and 1h with --foreground.",
        CustomParser = Parsed.Struct(text => Quantity.Time(text), "is not a time: write seconds, or 30s, 5m, 2h"),
    };

    public JobRequest(Command command)
    {
        _files = new FileOptions(command);
        _http = new HttpArguments(command);
        foreach (var option in new Option[] { _name, _foreground, _giveUpAfter })
            command.Options.Add(option);
    }

    public bool MakesDirectories(ParseResult parse) => _files.MakesDirectories(parse);

    /// <summary>True when the command line holds a secret, so that it must not be shown again.</summary>
    public bool HoldsSecret(ParseResult parse, IReadOnlyList<AddFile> files) =>
        _http.HoldsSecret(parse) || files.Any(file => new Uri(file.RemoteName).UserInfo.Length > 0);

    /// <summary>The job that is asked for. Reads lists, and asks for a missing password.</summary>
    public Outcome<CreateJob> Read(ParseResult parse)
    {
        var http = _http.Read(parse);
        if (!http.Succeeded)
            return http.Failure;
        var files = _files.Read(parse, http.Value);
        if (!files.Succeeded)
            return files.Failure;
        return new CreateJob
        {
            DisplayName = NameOf(parse, files.Value),
            Files = files.Value,
            Properties = new JobChange
            {
                Priority = parse.GetValue(_foreground) ? JobPriority.Foreground : JobPriority.Normal,
                NoProgressTimeoutSeconds = parse.GetValue(_giveUpAfter) is { } time ? (uint)Math.Ceiling(Math.Min(time.TotalSeconds, uint.MaxValue)) : null,
            },
        };
    }

    string NameOf(ParseResult parse, IReadOnlyList<AddFile> files)
    {
        if (parse.GetValue(_name) is { } given)
            return given;
        var first = Path.GetFileName(files[0].LocalName);
        var name = files.Count == 1 ? first : $"{first} and {files.Count - 1} more";
        return name.Length <= 256 ? name : name[..256];
    }
}
