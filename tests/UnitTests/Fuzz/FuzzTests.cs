using System.Globalization;
using System.Security.Cryptography;
using Haul.UnitTests.Guards;

namespace Haul.UnitTests.Fuzz;

/// <summary>Readers of what strangers send, given bytes that are nearly right: tests/Fuzz/README.md tells how to go on for longer.</summary>
public sealed class FuzzTests
{
    /// <summary>Inputs for each reader in an ordinary run.</summary>
    const int Inputs = 4000;

    const string Folder = "tests/Fuzz/corpus";

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_committed_is_read_or_refused(string name)
    {
        var target = Target(name);
        foreach (var path in Files(name))
            Assert.True(target.Fault(File.ReadAllBytes(path)) is null, $"{path}: {target.Fault(File.ReadAllBytes(path))}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_nearly_right_is_read_or_refused(string name)
    {
        var corpus = Corpus(name);
        for (var seed = 0; seed < Inputs / 100; seed++)
            Try(name, corpus, seed);
    }

    /// <summary>Goes on for as many seconds as HAUL_FUZZ_SECONDS says, shared by all readers, from other seeds each time.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void It_goes_on_for_as_long_as_it_is_told_to(string name)
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("HAUL_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture) / FuzzTargets.All.Count;
        var corpus = Corpus(name);
        var begun = TimeProvider.System.GetTimestamp();
        for (var seed = (int)begun & 0x3fff_ffff; TimeProvider.System.GetElapsedTime(begun).TotalSeconds < seconds; seed++)
            Try(name, corpus, seed);
    }

    /// <summary>The seeds stand in the corpus as they are made; with HAUL_FUZZ_WRITE=1 they are put there.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_seeds_are_committed_and_mean_something(string name)
    {
        var target = Target(name);
        var seeds = target.Seeds();
        for (var i = 0; i < seeds.Count; i++)
        {
            var path = Path.Combine(Repository.Full(Folder), name, string.Create(CultureInfo.InvariantCulture, $"seed-{i:00}.bin"));
            if (Environment.GetEnvironmentVariable("HAUL_FUZZ_WRITE") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, seeds[i]);
            }
            Assert.True(File.Exists(path), $"{path} is missing: run this test once with HAUL_FUZZ_WRITE=1.");
            Assert.Null(target.Fault(File.ReadAllBytes(path)));
        }
        // One whose seeds are all refused would be tried with nothing that gets far.
        Assert.True(name is "handshake" or "announce" or "tracker" or "rest" || seeds.Any(seed => target.Reread(seed) is not null));
    }

    static void Try(string name, IReadOnlyList<byte[]> corpus, int seed)
    {
        var target = Target(name);
        var mutator = new Mutator(new Random(seed), corpus);
        for (var i = 0; i < 100; i++)
        {
            var bytes = mutator.Next();
            if (target.Fault(bytes) is not { } fault)
                continue;
            var path = Path.Combine(Repository.Full(Folder), name, $"found-{Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]}.bin");
            File.WriteAllBytes(path, bytes);
            Assert.Fail($"{name} {fault}\nSeed {seed}, input {i}. The bytes stand in {path} now: commit them with what mends it.");
        }
    }

    static FuzzTarget Target(string name) => FuzzTargets.All.Single(target => target.Name == name);

    static string[] Files(string name) => [.. Directory.GetFiles(Path.Combine(Repository.Full(Folder), name), "*.bin").Order(StringComparer.Ordinal)];

    static byte[][] Corpus(string name) => [.. Files(name).Select(File.ReadAllBytes)];
}
