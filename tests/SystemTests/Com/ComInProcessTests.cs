using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Client.Com;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Com;

/// <summary>A C# program that is written to the COM interfaces: with the objects in its own process, called as themselves and through their tables.</summary>
public sealed class ComInProcessTests
{
    [Fact]
    public unsafe Task A_program_downloads_with_the_objects_themselves() =>
        DownloadAsync(static pointer => ComInterfaceMarshaller<IBackgroundCopyManager>.ConvertToManaged((void*)pointer)!);

    [Fact]
    public Task A_program_downloads_through_the_tables_of_methods() => DownloadAsync(static pointer => (IBackgroundCopyManager)Wrap(pointer));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_sample_downloads_with_objects_of_its_own_process_or_of_the_library(bool isOfLibrary)
    {
        await using var rig = await ComRig.StartAsync();
        var target = Path.Combine(rig.Directory, "file");
        var program = HaulProgram.Path.Replace("Haul.Cli", "Haul.ComSample", StringComparison.Ordinal)[..^"haul".Length] + "Haul.ComSample";
        var library = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = Path.Combine(await ComLibrary.PrefixAsync(), "lib") };

        await using var sample = rig.Start(program, library, [$"{rig.Origin}/a", target, .. isOfLibrary ? ["library"] : (string[])[]]);

        Assert.True(await sample.WaitForExitAsync() == 0, sample.Errors.Text);
        Assert.Contains(sample.Output.Lines, line => line.StartsWith("Transferred: 3000000 of 3000000 bytes", StringComparison.Ordinal));
        Assert.Null(rig.Content.FirstDifference(target));
    }

    static async Task DownloadAsync(Func<nint, IBackgroundCopyManager> open)
    {
        await using var rig = await ComRig.StartAsync();
        var target = Path.Combine(rig.Directory, "file");
        var callback = new Recorder();

        var work = Task.Run(() => Run(rig, target, callback, open), TestContext.Current.CancellationToken);
        await callback.Done.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        await work;

        Assert.Null(rig.Content.FirstDifference(target));
    }

    static unsafe void Run(ComRig rig, string target, Recorder callback, Func<nint, IBackgroundCopyManager> open)
    {
        var pointer = (nint)ComInterfaceMarshaller<IBackgroundCopyManager>.ConvertToUnmanaged(new ComManager(new AgentCalls(rig.Socket, isNamed: true)));
        var manager = open(pointer);
        Guid id;
        void* made;
        Assert.Equal(S_OK.Value, manager.CreateJob("in process", JobType.Download, &id, &made));
        var job = (IBackgroundCopyJob)Wrap((nint)made);
        JobState state;
        Assert.Equal(0, job.GetState(&state));
        Assert.Equal(JobState.Suspended, state);
        var more = (IDeliveryOptimizationJob)job;
        Assert.Equal(0, more.AddFileWithRanges("1", $"{rig.Origin}/a", target, 0, null, ByteRange.UnknownSize));
        var properties = (IBackgroundCopyJob5)job;
        Assert.Equal(0, properties.SetProperty(JobPropertyId.CostFlags, new BITS_JOB_PROPERTY_VALUE { Dword = (uint)TransferPolicy.Standard }));
        BITS_JOB_PROPERTY_VALUE value;
        Assert.Equal(0, properties.GetProperty(JobPropertyId.CostFlags, &value));
        Assert.Equal((uint)TransferPolicy.Standard, value.Dword);
        var own = ComInterfaceMarshaller<IBackgroundCopyCallback2>.ConvertToUnmanaged(callback);
        Assert.Equal(0, job.SetNotifyInterface(own));
        Assert.Equal(0, job.Resume());
        Marshal.Release((nint)own);
        Marshal.Release((nint)made);
        Marshal.Release(pointer);
    }

    static object Wrap(nint pointer) => new StrategyBasedComWrappers().GetOrCreateObjectForComInstance(pointer, CreateObjectFlags.UniqueInstance);
}

/// <summary>Completes the job when it is transferred.</summary>
[GeneratedComClass]
sealed unsafe partial class Recorder : IBackgroundCopyCallback2
{
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int JobTransferred(void* job)
    {
        var code = ComInterfaceMarshaller<IBackgroundCopyJob>.ConvertToManaged(job)!.Complete();
        if (code == 0)
            Done.TrySetResult();
        return code;
    }

    public int JobError(void* job, void* error)
    {
        Done.TrySetException(new InvalidOperationException("The job failed."));
        return 0;
    }

    public int JobModification(void* job, uint reserved) => 0;

    public int FileTransferred(void* job, void* file) => 0;
}
