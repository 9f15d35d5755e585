using Microsoft.Extensions.Logging;

namespace Haul.Agent;

/// <summary>Log lines on one writer: what Haul has to say, and only trouble of the libraries below it.</summary>
/// <param name="writer">Where to.</param>
/// <param name="isForJournal">Put syslog's number for the level in front, as systemd's journal reads it.</param>
sealed class LineLog(TextWriter writer, bool isForJournal) : ILoggerProvider
{
    readonly Lock _gate = new();

    /// <summary>To standard error, as the one who reads it there wants it.</summary>
    public static LineLog ToStandardError() => new(Console.Error, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 });

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName.StartsWith("Haul", StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning);

    public void Dispose()
    {
    }

    void Write(LogLevel level, string line)
    {
        var prefix = !isForJournal ? "haul: " : level switch
        {
            LogLevel.Critical or LogLevel.Error => "<3>",
            LogLevel.Warning => "<4>",
            _ => "<6>",
        };
        lock (_gate)
            writer.WriteLine(prefix + line);
    }

    sealed class Lines(LineLog log, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Write(logLevel, formatter(state, exception) + (exception is null ? "" : $": {exception}"));
        }
    }
}
