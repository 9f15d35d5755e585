using System.Buffers.Binary;
using System.Security.Cryptography;
using Haul.Protocol.Contract;
using Haul.Tracker.Announces;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Groups;

/// <summary>Reads the list of groups: in each line a group's id, the SHA-256 of its token and, if one likes, a name.</summary>
static class GroupFile
{
    /// <summary>Bytes of the file: a hundred thousand groups.</summary>
    public const int BytesMax = 16 << 20;

    public static Outcome<GroupTable> Read(string path)
    {
        try
        {
            return new FileInfo(path).Length > BytesMax
                ? new Failure(E_INVALIDARG, $"{path} is larger than {BytesMax} bytes; use several trackers for that many groups")
                : Parse(path, File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Failure(e is FileNotFoundException or DirectoryNotFoundException ? ERROR_FILE_NOT_FOUND : E_ACCESSDENIED, $"The list of groups, {path}, cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads the lines of a list.</summary>
    /// <param name="name">What to call the list in a failure.</param>
    /// <param name="lines">The lines.</param>
    public static Outcome<GroupTable> Parse(string name, IEnumerable<string> lines)
    {
        var groups = new Dictionary<UInt128, TrackedGroup>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var words = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is [] || words[0].StartsWith('#'))
                continue;
            if (Group(words) is not { } group)
                return new Failure(E_INVALIDARG, $"Line {number} of {name} is no group: write its id (32 hexadecimal digits), the SHA-256 of its token (64) and, if you like, a name");
            if (!groups.TryAdd(group.Id, group))
                return new Failure(E_INVALIDARG, $"Line {number} of {name} has a group that stands further up already; take one of them away");
        }
        return new GroupTable(groups.Values);
    }

    static TrackedGroup? Group(string[] words)
    {
        Span<byte> id = stackalloc byte[16];
        var hash = new byte[SHA256.HashSizeInBytes];
        if (words.Length < 2 || !HexText.TryRead(words[0], id) || !HexText.TryRead(words[1], hash))
            return null;
        var value = BinaryPrimitives.ReadUInt128BigEndian(id);
        // 0 is what stands for no group.
        return value == 0 ? null : new TrackedGroup(value, hash, words.ElementAtOrDefault(2) ?? "");
    }
}
