using System.Runtime.InteropServices.Marshalling;
using Haul.Engine.Downloads;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A file that was added without a target: what is set of it until the job is resumed.</summary>
sealed class SinklessFile(string id, string? remoteName, IReadOnlyList<ByteRange> ranges)
{
    string? _path;
    ulong? _size;
    IntegrityCheck? _check;
    bool? _isIntegrityMandatory;
    bool _isEncrypted;
    ClientStream? _stream;

    public string Id => id;

    public string? RemoteName { get; set; } = remoteName;

    public bool? IsIntegrityMandatory => _isIntegrityMandatory;

    public string? Path => _path;

    public ulong? Size => _size;

    /// <summary>Where its bytes go if not to a path.</summary>
    public ClientStream? Stream => _stream;

    /// <summary>Wanted bytes, or what stands for not known.</summary>
    public ulong BytesTotal => ranges.Count == 0
        ? _size ?? ByteRange.UnknownSize
        : ranges.Any(range => range.Length == ByteRange.ToEndOfFile) ? ByteRange.UnknownSize : ranges.Aggregate(0ul, (sum, range) => sum + range.Length);

    /// <summary>Sets a property.</summary>
    public HResult Set(DOFilePropertyId property, in ComVariant value)
    {
        switch (property)
        {
            case DOFilePropertyId.DownloadSinkFilePath:
                if (_stream is not null)
                    return DO_E_FILE_DOWNLOADSINK_ALREADY_SET;
                return Variants.Text(value) is { Length: > 0 } path && System.IO.Path.IsPathFullyQualified(path) ? Take(ref _path, path) : E_INVALIDARG;
            case DOFilePropertyId.DownloadSinkInterface:
                return SetStream(value);
            case DOFilePropertyId.TotalSizeBytes:
                return Variants.Size(value) is { } size and <= long.MaxValue ? Take(ref _size, size) : E_INVALIDARG;
            case DOFilePropertyId.IntegrityCheckInfo:
                return Variants.Text(value) is { } info && IntegrityProperty.Read(info, isMandatory: false) is { Succeeded: true, Value: var check } ? Take(ref _check, check) : E_INVALIDARG;
            case DOFilePropertyId.IntegrityCheckMandatory:
                return Variants.Flag(value) is { } flag ? Take(ref _isIntegrityMandatory, flag) : E_INVALIDARG;
            case DOFilePropertyId.DecryptionInfo:
                return Variants.Text(value) is { } key ? Take(ref _isEncrypted, key.Length > 0) : E_INVALIDARG;
            case DOFilePropertyId.DownloadSinkMemoryStream:
                return DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED;
            default:
                return DO_E_UNKNOWN_PROPERTY_ID;
        }
    }

    unsafe HResult SetStream(in ComVariant value)
    {
        if (!Variants.IsUnknown(value, out var stream))
            return E_INVALIDARG;
        if (stream is null)
        {
            LetGoOfStream();
            return S_OK;
        }
        if (_path is not null)
            return DO_E_FILE_DOWNLOADSINK_ALREADY_SET;
        var code = ClientStream.Take(stream, out var taken);
        if (taken is null)
            return code;
        Interlocked.Exchange(ref _stream, taken)?.Release();
        return S_OK;
    }

    /// <summary>Nothing more goes to the client's stream.</summary>
    public void LetGoOfStream()
    {
        var held = Interlocked.Exchange(ref _stream, null);
        held?.Stop();
        held?.Release();
    }

    /// <summary>The file as the agent takes it, once it has all it needs.</summary>
    public Outcome<AddFile> Ready()
    {
        if (_path is null && _stream is null)
            return new Failure(DO_E_LOCALPATH_NOT_SET, $"The file '{id}' has nowhere to go yet; set DownloadSinkFilePath or DownloadSinkInterface");
        if (RemoteName is null)
            return new Failure(DO_E_DOWNLOAD_NO_URI, $"The file '{id}' has no URL; set it with SetRemoteName");
        // A file that came encrypted would be a wrong one.
        if (_isEncrypted)
            return new Failure(DO_E_FILE_ENCRYPTION_EXPECTED, $"The file '{id}' has a key, and contents are taken as they are: nothing is decrypted here");
        if (_isIntegrityMandatory == true && _check is null)
            return new Failure(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED, $"The file '{id}' has to be proved, and nothing says by what; set IntegrityCheckInfo");
        var local = _path ?? "";
        if (_path is null)
        {
            var sink = SinkDirectory.Make();
            if (!sink.Succeeded)
                return sink.Failure;
            local = System.IO.Path.Combine(sink.Value, $".haul-{Guid.NewGuid():N}.stream");
        }
        return new AddFile
        {
            FileId = id, RemoteName = RemoteName, LocalName = local, IsToStream = _path is null, Ranges = ranges, FileSize = _size ?? ByteRange.UnknownSize,
            Integrity = _check is null ? null : _check with { IsMandatory = _isIntegrityMandatory == true },
        };
    }

    /// <summary>The file as others are shown.</summary>
    public FileSnapshot Snapshot() => new(
        -1, id, JobRules.WithoutUserInformation(RemoteName ?? ""), _path ?? "", ranges, BytesTotal, 0, IsTransferred: false, IsCompleted: false,
        TemporaryName: null, Sha256: null, Validator: null, Connections: 0, Source: null, ResponseHeaders: null, IsToStream: _stream is not null);

    static HResult Take<T>(ref T field, T value)
    {
        field = value;
        return S_OK;
    }
}
