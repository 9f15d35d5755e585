namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins whose answers begin with something that is hardly HTTP.</summary>
static class HeaderFaults
{
    const int HeaderLineBytes = 1000;

    /// <summary>Sends one header more, or in place of the one of that name.</summary>
    public static OriginFile SendsHeader(this OriginFile file, string name, string value) =>
        file.Spoils((_, answer) => answer.Headers.Set(name, value));

    public static OriginFile OmitsHeader(this OriginFile file, string name) =>
        file.Spoils((_, answer) => answer.Headers.Remove(name));

    /// <summary>Sends a line among the headers as it is.</summary>
    public static OriginFile SendsHeaderLine(this OriginFile file, string line) =>
        file.Spoils((_, answer) => answer.Headers.AddLine(line));

    /// <summary>Sends this many bytes of headers, in lines of a kilobyte or in one.</summary>
    public static OriginFile SendsHugeHeaders(this OriginFile file, int bytes, bool isOneLine = false) =>
        file.Spoils((_, answer) =>
        {
            var lineBytes = isOneLine ? bytes : HeaderLineBytes;
            for (var sent = 0; sent < bytes; sent += lineBytes)
            {
                var name = $"X-Huge-{sent}: ";
                answer.Headers.AddLine(name + new string('x', lineBytes - name.Length - "\r\n".Length));
            }
        });

    /// <summary>Sends the bytes of the file alone, as HTTP/0.9 did.</summary>
    public static OriginFile SpeaksHttp09(this OriginFile file) =>
        file.Answers(_ => OriginAnswer.OfRaw(Wire.Text(file.Content.Bytes())));

    /// <summary>Sends this and nothing else, and closes.</summary>
    public static OriginFile SendsRaw(this OriginFile file, string bytes) => file.Answers(_ => OriginAnswer.OfRaw(bytes));

    /// <summary>Ends lines with LF alone.</summary>
    public static OriginFile EndsLinesWithLf(this OriginFile file) =>
        file.Spoils((_, answer) => answer.Delivery.LineEnd = "\n");

    /// <summary>Sends interim answers (100, 103) before the answer.</summary>
    public static OriginFile SendsInterims(this OriginFile file, params int[] statuses) => file.Spoils((_, answer) =>
    {
        foreach (var status in statuses)
        {
            var header = status == 103 ? "Link: </style.css>; rel=preload\r\n" : "";
            answer.Delivery.Interims.Add($"HTTP/1.1 {status} {Wire.Reason(status)}\r\n{header}\r\n");
        }
    });
}
