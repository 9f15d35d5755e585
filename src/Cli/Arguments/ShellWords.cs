using System.Buffers;

namespace Haul.Cli.Arguments;

/// <summary>A command line as one types it into a POSIX shell.</summary>
static class ShellWords
{
    static readonly SearchValues<char> _plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,+@%=");

    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    public static string Quote(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAnyExcept(_plain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
