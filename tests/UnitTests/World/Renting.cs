using Haul.Engine.Store;

namespace Haul.UnitTests.World;

/// <summary>Buffers for tests, which look whether one is to be had before they take it.</summary>
static class Renting
{
    /// <summary>Completed at once where a buffer is free.</summary>
    public static Task<PieceBuffer> Rent(this PieceBuffers buffers, int length) => buffers.RentAsync(length).AsTask();

    /// <summary>A buffer that must be free.</summary>
    public static PieceBuffer Take(this PieceBuffers buffers, int length)
    {
        var renting = buffers.Rent(length);
        Assert.True(renting.IsCompletedSuccessfully, "No buffer is free.");
        return renting.GetAwaiter().GetResult();
    }
}
