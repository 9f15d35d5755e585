using Haul.Engine.Sources;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>What a first answer must be to be of use to a transfer. Pure.</summary>
static class AnswerRules
{
    /// <summary>Why a transfer cannot begin with an answer, or with what is held where there is none; null when it can.</summary>
    /// <param name="request">What is to be brought.</param>
    /// <param name="answer">The answer, or null.</param>
    /// <param name="validator">The version of its bytes.</param>
    /// <param name="total">Bytes of the whole file, or -1.</param>
    /// <param name="isChecked">Each piece is held against a manifest.</param>
    public static Failure? Refuse(TransferRequest request, HttpAnswer? answer, Validator validator, long total, bool isChecked)
    {
        var name = HttpFaults.Name(request.Origin.Uri);
        if (total < 0 && request.Ranges.Count > 0)
            return new Failure(DO_E_FILE_SIZE_UNKNOWN_HTTP_200, $"{name}: the server does not say how long the file is, and only ranges of it are wanted");
        if (total > TransferLimits.UntoldLengthMax * 1024)
            return new Failure(ERROR_FILE_TOO_LARGE, $"{name}: the server says the file is {total} bytes long, which no disk holds");
        if (total >= 0 && request.KnownSize >= 0 && total != request.KnownSize)
            return new Failure(DO_E_HTTP_BLOCKSIZE_MISMATCH, $"{name} is {total} bytes long, and the job says {request.KnownSize}");
        if (request.Ranges.Count > 0 && answer is { IsPartial: false })
            return new Failure(DO_E_INSUFFICIENT_RANGE_SUPPORT, $"{name}: the server does not serve ranges, and only ranges of it are wanted");
        if (request.Ranges.Count > 1 && !validator.CanResume && request.Expected is null && !isChecked)
            return new Failure(DO_E_INSUFFICIENT_RANGE_SUPPORT, $"{name}: the server gives neither an ETag nor a date, so it cannot be told whether the wanted ranges are of one version; give their digest, or fetch the whole file");
        return null;
    }
}
