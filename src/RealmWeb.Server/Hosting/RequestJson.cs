using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RealmWeb.Server.Hosting;

/// <summary>How requests are read: what a record does not call optional must be there, and null is taken only where the record says so.
/// Anything else is refused with its place before a handler sees it.</summary>
internal static class RequestJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(LookIntoLists);
    }

    /// <summary>For routes whose body is a list: the reading itself looks only into records.</summary>
    public static TBuilder RefuseNullItems<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter((call, next) => call.Arguments.Any(HasNull)
            ? throw new BadHttpRequestException("An item of the list is null.") : next(call));

    // Null among the items of a list, which the annotations of .NET do not reach. Done after the reading, and not by a converter of lists, which
    // the description of the API could not look into.
    private static void LookIntoLists(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var lists = type.Properties.Where(property => property is { Get: not null, Set: not null }
            && property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable))).ToList();
        if (lists.Count == 0)
            return;
        type.OnDeserialized += read =>
        {
            if (lists.Find(list => HasNull(list.Get!(read))) is { } list)
                throw new JsonException($"An item of \"{list.Name}\" is null.");
        };
    }

    private static bool HasNull(object? value) => value is IList items && items.Contains(null);
}
