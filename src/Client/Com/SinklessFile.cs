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

    public string Id => id;

    public string? RemoteName { get; set; } = remoteName;

    public bool? IsIntegrityMandatory => _isIntegrityMandatory;

    public string? Path => _path;

    public ulong? Size => _size;

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
                return Variants.Text(value) is { Length: > 0 } path && System.IO.Path.IsPathFullyQualified(path) ? Take(ref _path, path) : E_INVALIDARG;
            case DOFilePropertyId.TotalSizeBytes:
                return Variants.Size(value) is { } size and <= long.MaxValue ? Take(ref _size, size) : E_INVALIDARG;
            case DOFilePropertyId.IntegrityCheckInfo:
                return Variants.Text(value) is { } info && IntegrityProperty.Read(info, isMandatory: false) is { Succeeded: true, Value: var check } ? Take(ref _check, check) : E_INVALIDARG;
            case DOFilePropertyId.IntegrityCheckMandatory:
                return Variants.Flag(value) is { } flag ? Take(ref _isIntegrityMandatory, flag) : E_INVALIDARG;
            case DOFilePropertyId.DecryptionInfo or DOFilePropertyId.DownloadSinkInterface:
                // A file that came encrypted, or not to where it was to go, would be a wrong one.
                return E_NOTIMPL;
            case DOFilePropertyId.DownloadSinkMemoryStream:
                return DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED;
            default:
                return DO_E_UNKNOWN_PROPERTY_ID;
        }
    }

    /// <summary>The file as the agent takes it, once it has all it needs.</summary>
    public Outcome<AddFile> Ready()
    {
        if (_path is null)
            return new Failure(DO_E_LOCALPATH_NOT_SET, $"The file '{id}' has no path yet; set DownloadSinkFilePath");
        if (RemoteName is null)
            return new Failure(DO_E_DOWNLOAD_NO_URI, $"The file '{id}' has no URL; set it with SetRemoteName");
        if (_isIntegrityMandatory == true && _check is null)
            return new Failure(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED, $"The file '{id}' has to be proved, and nothing says by what; set IntegrityCheckInfo");
        return new AddFile
        {
            FileId = id, RemoteName = RemoteName, LocalName = _path, Ranges = ranges, FileSize = _size ?? ByteRange.UnknownSize,
            Integrity = _check is null ? null : _check with { IsMandatory = _isIntegrityMandatory == true },
        };
    }

    /// <summary>The file as others are shown.</summary>
    public FileSnapshot Snapshot() => new(
        -1, id, JobRules.WithoutUserInformation(RemoteName ?? ""), _path ?? "", ranges, BytesTotal, 0, IsTransferred: false, IsCompleted: false,
        TemporaryName: null, Sha256: null, Validator: null, Connections: 0, Source: null, ResponseHeaders: null);

    static HResult Take<T>(ref T field, T value)
    {
        field = value;
        return S_OK;
    }
}
