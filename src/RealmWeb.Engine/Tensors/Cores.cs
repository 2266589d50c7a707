using System.Runtime.ExceptionServices;

namespace RealmWeb.Engine.Tensors;

/// <summary>Work of native loops on all cores, with the first failure as it was thrown.</summary>
internal static class Cores
{
    /// <summary>Calls <paramref name="work"/> with 0 to <paramref name="count"/> - 1; one call alone runs here.</summary>
    public static void ForEach(int count, Action<int> work) => ForEach((long)count, i => work((int)i));

    /// <inheritdoc cref="ForEach(int, Action{int})"/>
    public static void ForEach(long count, Action<long> work)
    {
        if (count == 1)
        {
            work(0);
            return;
        }
        try
        {
            Parallel.For(0, count, work);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Capture(several.InnerExceptions[0]).Throw();
        }
    }
}
