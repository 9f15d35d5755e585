using System.CommandLine;
using System.CommandLine.Parsing;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Arguments;

/// <summary>The options that say which files and where to: those of get and add.</summary>
sealed class FileOptions
{
    readonly IntegrityOptions _integrity;

    public FileOptions(Command command)
    {
        command.Arguments.Add(Urls);
        foreach (var option in new Option[] { Output, Directory, List, Sha256, Sha512, Digest })
            command.Options.Add(option);
        _integrity = new IntegrityOptions(command);
        foreach (var option in new Option[] { Size, Ranges, Overwrite })
            command.Options.Add(option);
        command.Validators.Add(Check);
    }

    Argument<string[]> Urls { get; } = new("URL")
    {
        Description = "What to fetch: http and https URLs.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    Option<string?> Output { get; } = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "Write to FILE. For one URL only. Default: the last part of the URL's path, in the directory of -d.",
    };

    Option<string?> Directory { get; } = new("--directory", "-d")
    {
        HelpName = "DIR",
        Description = "Write into DIR, which is made where it is missing. Default: the current directory.",
    };

    Option<string?> List { get; } = new("--input", "-i")
    {
        HelpName = "LIST",
        Description = "Fetch the files of LIST too: a URL in each line, or a URL, a tab and a path below DIR. Empty lines and lines beginning with # are left out; - reads the list from standard input. All files make one job.",
    };

    Option<string?> Sha256 { get; } = new("--sha256") { HelpName = "HEX", Description = "The SHA-256 that the file must have, or it is not placed. For one URL only." };

    Option<string?> Sha512 { get; } = new("--sha512") { HelpName = "HEX", Description = "The SHA-512 that the file must have, or it is not placed. For one URL only." };

    Option<string?> Digest { get; } = new("--digest") { HelpName = "ALG:HEX", Description = "As --sha256 and --sha512, with the algorithm in front: sha256:HEX or sha512:HEX." };

    Option<long?> Size { get; } = new("--size")
    {
        HelpName = "BYTES",
        Description = "The size of the remote file where it is known: another one is an error. Bytes, or with k, M, G (thousands) or Ki, Mi, Gi (1,024s). For one URL only.",
        CustomParser = Parsed.Struct(text => Quantity.Bytes(text), "is not a size: write bytes, as in 1048576, 500k or 2GiB"),
    };

    Option<ByteRange[]> Ranges { get; } = new("--range")
    {
        HelpName = "OFFSET-END",
        Description = "Fetch these bytes only, counted from 0, the last one included; without END, all that follow. May be given again: ranges are written back to back in this order. For one URL only.",
        CustomParser = Parsed.Many(RangeText.Parse, "is not a range: write the first and the last byte, as in 0-499, or 500- for all that follow"),
    };

    Option<bool> Overwrite { get; } = new("--overwrite") { Description = "Replace files that exist. Without it, an existing file is refused before anything is fetched." };

    void Check(CommandResult result)
    {
        var urls = result.GetValue(Urls) ?? [];
        var isList = result.GetValue(List) is not null;
        if (Array.Find(urls, url => url.StartsWith('-')) is { } option)
            result.AddError($"There is no option {option}");
        if (urls.Length == 0 && !isList)
            result.AddError("Name at least one URL, or a list with -i");
        _integrity.Check(result, result.AddError);
        if (urls.Length == 1 && !isList)
        {
            CheckOne(result);
            return;
        }
        foreach (var single in new Option[] { Output, Sha256, Sha512, Digest, Size, Ranges }.Concat(_integrity.OfOne))
        {
            if (result.GetResult(single) is { Implicit: false })
                result.AddError($"{single.Name} is for one URL only");
        }
    }

    void CheckOne(CommandResult result)
    {
        if (result.GetValue(Output) is { } output && (output is "" or "-" || output.EndsWith('/')))
            result.AddError($"-o '{output}' is not a file: Haul writes files only, and -d names the directory");
        if (result.GetValue(Output) is not null && result.GetValue(Directory) is not null)
            result.AddError("Use either -o or -d: -o takes a whole path");
        var digests = new[] { result.GetValue(Sha256), result.GetValue(Sha512), result.GetValue(Digest) }.Count(digest => digest is not null);
        if (digests > 1)
            result.AddError("Give one digest");
        else if (DigestOf(result.GetValue(Sha256), result.GetValue(Sha512), result.GetValue(Digest)) is { } digest && !DigestText.IsDigest(digest))
            result.AddError($"'{digest}' is not a digest: sha256 has 64 hexadecimal digits, sha512 has 128");
    }

    static string? DigestOf(string? sha256, string? sha512, string? digest) =>
        DigestText.Of(sha256 is null ? sha512 is null ? digest : $"sha512:{sha512}" : $"sha256:{sha256}");

    /// <summary>The files asked for, each with its full path.</summary>
    public Outcome<IReadOnlyList<AddFile>> Read(ParseResult parse, HttpOptions http)
    {
        var wanted = (parse.GetValue(Urls) ?? []).Select(url => new WantedFile(url)).ToList();
        if (parse.GetValue(List) is { } list)
        {
            var read = ReadList(list);
            if (!read.Succeeded)
                return read.Failure;
            wanted.AddRange(read.Value);
        }
        if (wanted.Count == 0)
            return Bad($"The list {parse.GetValue(List)} names no file");
        var files = new List<AddFile>(wanted.Count);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var directory = Path.GetFullPath(parse.GetValue(Directory) ?? ".");
        foreach (var one in wanted)
        {
            if (!Uri.TryCreate(one.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
                return Bad($"'{one.Url}' is not a URL: write http:// or https:// and a host in front");
            var output = parse.GetValue(Output);
            var path = output is null ? Path.Combine(directory, one.Name ?? LocalName.Of(url)) : Path.GetFullPath(output);
            if (!paths.Add(path))
                return Bad($"Two files would be written to {path}: name one of them in a list with -i");
            files.Add(new AddFile
            {
                RemoteName = one.Url,
                LocalName = path,
                Ranges = parse.GetValue(Ranges) ?? [],
                FileSize = parse.GetValue(Size) is { } size ? (ulong)size : ByteRange.UnknownSize,
                Digest = DigestOf(parse.GetValue(Sha256), parse.GetValue(Sha512), parse.GetValue(Digest)),
                Integrity = _integrity.Of(parse, one.Url),
                Overwrite = parse.GetValue(Overwrite),
                Http = http,
            });
        }
        return files;
    }

    /// <summary>Directories are made, except for a path that was spelled out: that one may be mistyped.</summary>
    public bool MakesDirectories(ParseResult parse) => parse.GetValue(Output) is null;

    static Outcome<IReadOnlyList<WantedFile>> ReadList(string list)
    {
        try
        {
            if (list == "-")
                return FileList.Parse(Console.In, "standard input");
            using var text = File.OpenText(list);
            return FileList.Parse(text, list);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Bad($"The list {list} cannot be read: {e.Message}");
        }
    }

    static Failure Bad(string text) => new(HResults.E_INVALIDARG, text);
}
