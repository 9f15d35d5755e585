using System.CommandLine;
using Haul.Cli.Output;
using Haul.Cli.Publishing;
using Haul.Engine.Pieces;

namespace Haul.Cli.Commands;

/// <summary>haul publish: signed manifests beside files.</summary>
sealed class PublishCommand(Terminal terminal)
{
    readonly Argument<string[]> _paths = new("PATH") { Description = "Files, and directories with all files below them.", Arity = ArgumentArity.OneOrMore };
    readonly Option<string?> _key = new("--key") { HelpName = "FILE", Description = "The key pair to sign with. Default: that of haul key." };

    readonly Option<string?> _metalink = new("--metalink")
    {
        HelpName = "URL",
        Description = "Write a Metalink beside each file too, FILE.meta4, which says that the file is below URL. It is not signed: its digest or TLS must say that it is the right one.",
    };

    public Command Build()
    {
        var command = new Manual("publish", "Sign files, so that others can prove what they fetch.")
        {
            Synopsis = "PATH... [--key FILE] [--metalink URL]",
            Details =
            [
                "Reads each file once and writes its manifest beside it, as FILE.haul: length, a hash for each piece, the digest of all, and a signature that also binds the file's name. Copy both to a web server; any will do, with or without TLS.",
                "Of a directory, the name is the path below it, so that no file can be passed off as another. Links are not followed. A manifest that is there already is replaced, in one step.",
            ],
            Examples = [("A directory of releases:", "haul publish releases/"), ("And to fetch one of them:", "haul get http://example.org/releases/image.iso --publisher haul-p256:...")],
            Exits = [ExitCode.Failed, ExitCode.Refused],
        };
        command.Arguments.Add(_paths);
        command.Options.Add(_key);
        command.Options.Add(_metalink);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_metalink) is { } url && BaseOf(url) is null)
                result.AddError($"'{url}' is not a URL: write http:// or https:// and a host in front");
        });
        command.SetAction(Run);
        return command;
    }

    /// <summary>A URL that names are appended to.</summary>
    static Uri? BaseOf(string url) =>
        Uri.TryCreate(url.EndsWith('/') ? url : url + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? uri : null;

    int Run(ParseResult parse)
    {
        var opened = KeyFile.Read(parse.GetValue(_key) ?? KeyFile.Default);
        if (!opened.Succeeded)
            return terminal.Fail(opened.Failure);
        using var pair = opened.Value;
        var files = PublishedFiles.Find(parse.GetRequiredValue(_paths));
        if (!files.Succeeded)
            return terminal.Fail(files.Failure);
        var exit = ExitCode.Success;
        foreach (var file in files.Value)
        {
            var made = Publication.Make(file, pair, parse.GetValue(_metalink) is { } url ? BaseOf(url) : null);
            if (!made.Succeeded)
            {
                var failed = terminal.Fail(made.Failure);
                exit = exit == ExitCode.Success ? failed : exit;
                continue;
            }
            terminal.Line($"{file.Name}  {Said.Bytes((ulong)made.Value.Layout.Length)}  sha256:{made.Value.Seal!.Digest}");
        }
        if (files.Value.Count == 0)
            terminal.Note("there is no file to publish");
        else if (exit == ExitCode.Success)
            terminal.Note($"signed by {PublisherKey.Of(pair).Text}");
        return exit;
    }
}
