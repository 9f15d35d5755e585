using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Cli.Publishing;

/// <summary>Makes and signs the manifest of one file, and puts it beside the file in one step.</summary>
static class Publication
{
    /// <summary>Publishes a file; its manifest, or why there is none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pair">Signs.</param>
    /// <param name="root">What its name is below, for a Metalink; null for none.</param>
    public static Outcome<Manifest> Make(PublishedFile file, ECDsa pair, Uri? root)
    {
        try
        {
            var read = Read(file);
            if (!read.Succeeded)
                return read.Failure;
            var (manifest, digest) = read.Value;
            var signed = new Manifest(manifest.Layout.Length, manifest.Layout.PieceSize, manifest.Hashes) { Seal = ManifestSeal.Make(manifest, file.Name, digest, pair) };
            Place(file.ManifestPath, PieceHashFile.Write(signed));
            if (root is not null)
                Place(file.MetalinkPath, MetalinkWriter.Write(signed, Path.GetFileName(file.Path), digest, new Uri(root, Escaped(file.Name))));
            return signed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Failure(CodeOf(e), $"{file.Path} cannot be published: {e.Message}");
        }
    }

    /// <summary>Of an IOException of Unix, HResult is the system's own number.</summary>
    static HResult CodeOf(Exception e) => e is IOException && !OperatingSystem.IsWindows() && e.HResult > 0 ? PosixErrors.CodeOf((Errno)e.HResult) : E_ACCESSDENIED;

    static string Escaped(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    static Outcome<(Manifest, PieceHash)> Read(PublishedFile file)
    {
        using var content = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var before = (content.Length, File.GetLastWriteTimeUtc(file.Path));
        var made = ManifestMaker.Make(content);
        // What is written to meanwhile has the hashes of neither state.
        return before == (content.Length, File.GetLastWriteTimeUtc(file.Path)) && made.Manifest.Layout.Length == content.Length
            ? made
            : new Failure(ERROR_SHARING_VIOLATION, $"{file.Path} changed while it was read; publish it when it is finished");
    }

    static void Place(string path, byte[] text)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
