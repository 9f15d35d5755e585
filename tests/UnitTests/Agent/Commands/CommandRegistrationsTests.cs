using System.Runtime.Versioning;
using Haul.Agent;
using Haul.Agent.Commands;
using Haul.UnitTests.World;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Agent.Commands;

/// <summary>Which files of the folder are used, and what is said of the others.</summary>
[SupportedOSPlatform("linux")]
public sealed class CommandRegistrationsTests : IDisposable
{
    const UnixFileMode OwnerWrites = (UnixFileMode)0b111_101_101;

    static readonly Guid _class = new("AAAAAAAA-2222-3333-4444-555555555555");

    readonly TempDirectory _directory = new();
    readonly StringWriter _log = new();
    readonly FakeTimeProvider _time = new();
    readonly string _folder;
    readonly string _file;

    public CommandRegistrationsTests()
    {
        _folder = _directory.File("notifications");
        _file = Path.Combine(_folder, "aaaaaaaa-2222-3333-4444-555555555555.json");
        Directory.CreateDirectory(_folder);
        File.SetUnixFileMode(_folder, OwnerWrites);
        Write("""{"command": ["/bin/true"]}""");
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_is_named_by_the_class_in_small_letters_is_used(bool isSystem)
    {
        Assert.Equal("/bin/true", Open(isSystem).Find(_class)!.Program);
        Assert.Empty(_log.ToString());
    }

    [Fact]
    public void What_is_not_there_is_not_spoken_of()
    {
        var registrations = Open();
        Assert.Null(registrations.Find(Guid.NewGuid()));
        Directory.Delete(_folder, recursive: true);
        Assert.Null(registrations.Find(_class));

        Assert.Empty(_log.ToString());
    }

    [Theory]
    [InlineData(true, UnixFileMode.GroupWrite, false)]
    [InlineData(true, UnixFileMode.OtherWrite, false)]
    [InlineData(false, UnixFileMode.OtherWrite, false)]
    [InlineData(false, UnixFileMode.GroupWrite, true)]
    public void What_others_may_write_is_not_used(bool isSystem, UnixFileMode more, bool isUsed)
    {
        foreach (var path in new[] { _file, _folder })
        {
            File.SetUnixFileMode(path, OwnerWrites | more);
            Assert.Equal(isUsed, Open(isSystem).Find(_class) is not null);
            Assert.Equal(!isUsed, _log.ToString().Contains($"Others may write {path}; chmod {(isSystem ? "go-w" : "o-w")} it", StringComparison.Ordinal));
            File.SetUnixFileMode(path, OwnerWrites);
        }
    }

    [Fact]
    public void A_link_and_a_folder_are_not_used()
    {
        File.Move(_file, _file + ".real");
        File.CreateSymbolicLink(_file, _file + ".real");
        Assert.Null(Open().Find(_class));
        Assert.Contains($"{_file} is a symbolic link", _log.ToString(), StringComparison.Ordinal);

        File.Delete(_file);
        Directory.CreateDirectory(_file, OwnerWrites);
        Assert.Null(Open().Find(_class));
        Assert.Contains($"{_file} is no regular file", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_told()
    {
        Directory.Delete(_folder, recursive: true);
        File.WriteAllText(_folder, "");

        Assert.Null(Open().Find(_class));
        Assert.Contains($"{_folder} is not a directory", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_is_bounded()
    {
        var json = """{"command": ["/bin/true"]}""";
        Write(json.PadRight(CommandRegistration.BytesMax));
        Assert.NotNull(Open().Find(_class));

        Write(json.PadRight(CommandRegistration.BytesMax + 1));
        Assert.Null(Open().Find(_class));
        Assert.Contains($"{_file} is larger than", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_is_said_once_an_hour_and_a_change_is_seen_at_once()
    {
        var registrations = Open();
        Write("wrong");
        for (var i = 0; i < 3; i++)
            Assert.Null(registrations.Find(_class));
        Assert.Single(Said);

        _time.Advance(TimeSpan.FromHours(2));
        Assert.Null(registrations.Find(_class));
        Assert.Equal(2, Said.Length);

        Write("""{"command": ["/bin/false"]}""");
        Assert.Equal("/bin/false", registrations.Find(_class)!.Program);
    }

    string[] Said => _log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    CommandRegistrations Open(bool isSystem = true) => new(_folder, isSystem, _time, new LineLog(_log, isForJournal: false).CreateLogger("Haul"));

    void Write(string text)
    {
        File.WriteAllText(_file, text);
        File.SetUnixFileMode(_file, OwnerWrites);
    }
}
