using System.CommandLine;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Cli.Verbs;

/// <summary>What the verbs share that fit something of a model on questions, and write it into the model or into a copy.</summary>
/// <param name="what">What is fitted, for the help.</param>
internal sealed class FittingOptions(string what)
{
    private readonly QuestionOptions _questions = new();
    private readonly Option<string> _corpus = CorpusOptions.Corpus();
    private readonly Option<string?> _model = CorpusOptions.Model();
    private readonly Option<string?> _name = new("--new-model") { Description = $"Name of a new model with the {what}; without it the model itself gets it." };
    private readonly Option<string[]> _also = new("--also")
    {
        Description =
            $"Further questions of this or another corpus, as NAME=FILE, as many and of the same part. A {what} fitted on several kinds holds elsewhere.",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command)
    {
        command.Add(_corpus);
        command.Add(_model);
        command.Add(_name);
        command.Add(_also);
        _questions.AddTo(command);
    }

    /// <summary>Finds out what is asked for, before anything takes time.</summary>
    /// <exception cref="InvalidOperationException">A model that comes with the program would be changed.</exception>
    public Fitting Begin(VerbContext context)
    {
        var entry = context.FindModel(context.Parsed.GetValue(_model));
        var name = context.Parsed.GetValue(_name);
        if (name is null && entry.Embedded)
            throw new InvalidOperationException($"{entry.Name} comes with the program and stays as it is. Name a model for the result with --new-model.");
        var target = name is null ? entry.Folder : context.Models.FolderForNew(name);
        var corpus = context.Corpora.Open(context.Parsed.GetValue(_corpus)!);
        var first = new AskedCorpus(corpus, _questions.Read(context).Questions);
        return new Fitting(name ?? entry.Name, entry.Folder, target, [first, .. context.Parsed.GetValue(_also)!.Select(given => Further(context, given))]);
    }

    /// <summary>Finds out what is asked for where the corpus gets the result, before anything takes time.</summary>
    /// <exception cref="ArgumentException">A new model or questions of another corpus were asked for.</exception>
    public (AskedCorpus Asked, ModelEntry Model) BeginForCorpus(VerbContext context)
    {
        if (context.Parsed.GetValue(_name) is not null || context.Parsed.GetValue(_also)!.Length > 0)
            throw new ArgumentException("With --for-corpus the corpus gets the result, by its own questions alone. Leave --new-model and --also out.");
        return (new AskedCorpus(context.Corpora.Open(context.Parsed.GetValue(_corpus)!), _questions.Read(context).Questions),
            context.FindModel(context.Parsed.GetValue(_model)));
    }

    /// <summary>The questions of a further file, as many and of the same part.</summary>
    public IReadOnlyList<QuestionExample> Questions(VerbContext context, string file) => _questions.Read(context, file).Questions;

    private AskedCorpus Further(VerbContext context, string given) => given.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } file]
        ? new AskedCorpus(context.Corpora.Open(name), _questions.Read(context, file).Questions)
        : throw new ArgumentException($"\"{given}\" names no questions of a corpus. Write NAME=FILE.");

    /// <param name="Name">Of the model that gets the result.</param>
    /// <param name="From">Folder of the model that is fitted.</param>
    /// <param name="Target">Folder of the result.</param>
    /// <param name="Asked">What it is fitted on, that of the options that must be given first.</param>
    public sealed record Fitting(string Name, string From, string Target, IReadOnlyList<AskedCorpus> Asked)
    {
        /// <summary>Writes what was fitted.</summary>
        public void Save(VerbContext context, RealmModel fitted)
        {
            if (Target != From)
                ModelFiles.Copy(From, Target);
            fitted.SaveConfig(Target);
            if (Target != From)
                context.Store<ModelRegistry>().Record(Name, new ModelLineage(ModelOrigin.Fitted, fitted.Name, Asked[0].Store.Name));
        }
    }
}
