using System.CommandLine;
using RealmWeb.Data.Corpora;
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

    public void AddTo(Command command)
    {
        command.Add(_corpus);
        command.Add(_model);
        command.Add(_name);
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
        return new Fitting(name ?? entry.Name, entry.Folder, target, corpus, _questions.Read(context).Questions);
    }

    /// <summary>Questions of another file, as many and of the same part.</summary>
    public IReadOnlyList<QuestionExample> Questions(VerbContext context, string file) => _questions.Read(context, file).Questions;

    /// <param name="Name">Of the model that gets the result.</param>
    /// <param name="From">Folder of the model that is fitted.</param>
    /// <param name="Target">Folder of the result.</param>
    public sealed record Fitting(string Name, string From, string Target, CorpusStore Store, IReadOnlyList<QuestionExample> Questions)
    {
        /// <summary>Writes what was fitted.</summary>
        public void Save(VerbContext context, RealmModel fitted)
        {
            if (Target != From)
                ModelFiles.Copy(From, Target);
            fitted.SaveConfig(Target);
            if (Target != From)
                context.Store<ModelRegistry>().Record(Name, new ModelLineage(ModelOrigin.Fitted, fitted.Name, Store.Name));
        }
    }
}
