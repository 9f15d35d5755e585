using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Pieces;

/// <summary>The members of a piece-hash file while it is read, token by token, and what is wrong with them.</summary>
sealed class PieceHashMembers
{
    /// <summary>The longest content that a manifest may be about: 1 PiB, which no disk holds.</summary>
    const long LengthMax = 1L << 50;

    static readonly string[] _known =
        [PieceHashFile.MajorVersion, PieceHashFile.MinorVersion, PieceHashFile.HashOfHashes, PieceHashFile.ContentLength, PieceHashFile.PieceSize, PieceHashFile.Pieces, PieceHashFile.Publisher];

    readonly HashSet<string> _seen = [];
    readonly List<PieceHash> _hashes = [];
    readonly SealMembers _seal = new();
    string? _member;
    PieceHash _hashOfHashes;
    long _length;
    int _pieceSize;

    /// <summary>Takes a token; what is wrong with it, or null.</summary>
    public Failure? Take(ref Utf8JsonReader token) => (token.CurrentDepth, token.TokenType) switch
    {
        (0, JsonTokenType.StartObject or JsonTokenType.EndObject) => null,
        (0, _) => new Failure(DO_E_METAINFO_PARSE_JSON, "the piece-hash file is JSON, and not an object"),
        (1, JsonTokenType.PropertyName) => Begin(ref token),
        (1, JsonTokenType.EndArray or JsonTokenType.EndObject) => null,
        (1, _) => TakeValue(ref token),
        (2, _) when _member == PieceHashFile.Pieces => TakeHash(ref token),
        (2, _) when _member == PieceHashFile.Publisher => _seal.Take(ref token),
        _ => null,
    };

    Failure? Begin(ref Utf8JsonReader token)
    {
        _member = null;
        foreach (var name in _known)
        {
            if (token.ValueTextEquals(name))
                _member = name;
        }
        return _member is null || _seen.Add(_member) ? null : new Failure(DO_E_METAINFO_PARSE_JSON, $"the piece-hash file has {_member} twice");
    }

    Failure? TakeValue(ref Utf8JsonReader token)
    {
        var number = token.TokenType == JsonTokenType.Number && token.TryGetInt64(out var whole) ? whole : -1;
        switch (_member)
        {
            case PieceHashFile.MajorVersion:
                return number == PieceHashFile.Major ? null : Wrong(DO_E_METAINFO_VERSION, $"is not {PieceHashFile.Major}, the version that is known here");
            case PieceHashFile.MinorVersion:
                return number >= 0 ? null : Wrong(DO_E_METAINFO_VERSION, "is not a whole number");
            case PieceHashFile.ContentLength:
                _length = number;
                return number is >= 0 and <= LengthMax ? null : Wrong(DO_E_METAINFO_CONTENT_LENGTH, "is not the length of a file");
            case PieceHashFile.PieceSize:
                _pieceSize = (int)Math.Min(number, int.MaxValue);
                return Manifest.IsPieceSize(number) ? null
                    : Wrong(DO_E_METAINFO_PIECE_SIZE, $"is not a power of two from {Manifest.PieceSizeMin} to {PieceLayout.StandardPieceSize}");
            case PieceHashFile.HashOfHashes:
                return TryReadHash(ref token, out _hashOfHashes) ? null : Wrong(DO_E_METAINFO_PARSE_HOH, "is not 32 bytes in base64");
            case PieceHashFile.Pieces:
                return token.TokenType == JsonTokenType.StartArray ? null : Wrong(DO_E_METAINFO_PARSE_PIECEHASHES, "is not an array");
            case PieceHashFile.Publisher:
                return token.TokenType == JsonTokenType.StartObject ? null : Wrong(DO_E_METAINFO_PARSE_JSON, "is not an object");
            default:
                return null;
        }
    }

    Failure? TakeHash(ref Utf8JsonReader token)
    {
        if (!TryReadHash(ref token, out var hash))
            return new Failure(DO_E_METAINFO_PARSE_ONE_PIECEHASH, $"hash {_hashes.Count} of the piece-hash file is not 32 bytes in base64");
        _hashes.Add(hash);
        return null;
    }

    static bool TryReadHash(ref Utf8JsonReader token, out PieceHash hash)
    {
        const int EscapedMax = 6 * 44; // each of 44 characters as \uXXXX
        hash = default;
        if (token.TokenType != JsonTokenType.String || token.ValueSpan.Length > EscapedMax)
            return false;
        Span<byte> text = stackalloc byte[EscapedMax];
        Span<byte> bytes = stackalloc byte[EscapedMax];
        var length = token.CopyString(text);
        if (Base64.DecodeFromUtf8(text[..length], bytes, out _, out var count) != OperationStatus.Done || count != PieceHash.Size)
            return false;
        hash = PieceHash.Read(bytes);
        return true;
    }

    /// <summary>The manifest, when the last token has come.</summary>
    /// <param name="pin">What is known of it.</param>
    public Outcome<Manifest> Finish(ManifestPin pin)
    {
        if (Missing() is { } missing)
            return missing;
        if (pin.HashOfHashes is { } expected && expected != _hashOfHashes)
            return new Failure(DO_E_METAINFO_HOH_MATCH, "the piece-hash file names another hash of hashes than was expected");
        var count = (_length + _pieceSize - 1) / _pieceSize;
        if (_hashes.Count != count)
            return new Failure(DO_E_METAINFO_PARSE_PIECEHASHES, $"the piece-hash file has {_hashes.Count} hashes, and {_length} bytes are {count} pieces of {_pieceSize}");
        ManifestSeal? seal = null;
        if (_seen.Contains(PieceHashFile.Publisher))
        {
            var read = _seal.Finish();
            if (!read.Succeeded)
                return read.Failure;
            seal = read.Value;
        }
        var manifest = new Manifest(_length, _pieceSize, _hashes) { Seal = seal };
        if (manifest.HashOfHashes != _hashOfHashes)
            return new Failure(DO_E_METAINFO_HOH_FINAL_MATCH, "the hash over the hashes of the piece-hash file is not the one that it names");
        return pin.Unsigned(manifest) is { } unsigned ? unsigned : manifest;
    }

    Failure? Missing()
    {
        var missing = Array.Find(_known, name => name is not (PieceHashFile.MinorVersion or PieceHashFile.Publisher) && !_seen.Contains(name));
        HResult? code = missing switch
        {
            null => null,
            PieceHashFile.MajorVersion => DO_E_METAINFO_VERSION,
            PieceHashFile.HashOfHashes => DO_E_METAINFO_PARSE_HOH,
            PieceHashFile.ContentLength => DO_E_METAINFO_CONTENT_LENGTH,
            PieceHashFile.PieceSize => DO_E_METAINFO_PIECE_SIZE,
            _ => DO_E_METAINFO_PARSE_PIECEHASHES,
        };
        return code is { } value ? new Failure(value, $"the piece-hash file has no {missing}") : null;
    }

    Failure Wrong(HResult code, string why) => new(code, $"{_member} of the piece-hash file {why}");
}
