using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A job's error as it was; it keeps its values whatever becomes of the job.</summary>
[GeneratedComClass]
sealed unsafe partial class ComError(ComJob job, JobErrorSnapshot error) : LiveObject, IBackgroundCopyError
{
    public int GetError(ErrorContext* context, int* code)
    {
        if (context is null || code is null)
            return E_INVALIDARG.Value;
        (*context, *code) = (error.Context, error.Code.Value);
        return 0;
    }

    public int GetFile(void** file)
    {
        if (file is null)
            return E_INVALIDARG.Value;
        *file = null;
        return error.FileIndex is { } index ? Give.Object<IBackgroundCopyFile>(file, job.FileOf(index)) : DO_E_FILE_NOT_AVAILABLE.Value;
    }

    public int GetErrorDescription(uint languageId, char** text) => Give.Text(text, error.Text, languageId);

    public int GetErrorContextDescription(uint languageId, char** text) => Give.Text(
        text,
        error.Context == ErrorContext.RemoteFile ? "The error comes from the server of the remote file." : "The error is tied to no place in particular.",
        languageId);

    public int GetProtocol(char** protocol)
    {
        if (protocol is null)
            return E_INVALIDARG.Value;
        *protocol = null;
        if (error.FileIndex is not { } index)
            return BG_E_PROTOCOL_NOT_AVAILABLE.Value;
        var file = job.FileOf(index).Now();
        return file.Succeeded ? Give.Text(protocol, file.Value.RemoteName.Split(':')[0].ToLowerInvariant()) : file.Code.Value;
    }
}
