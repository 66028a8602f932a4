namespace GpuNet.Training;

/// <summary>Is told of a run's progress, on the training thread; every member may be left out. An exception thrown here ends the run.</summary>
public interface ITrainingObserver
{
    /// <summary>The run is about to begin.</summary>
    /// <param name="options">Its settings.</param>
    void OnStart(TrainingOptions options)
    {
    }

    /// <summary>An iteration is about to begin; its evaluation, if one was due, is made. Called for every iteration, also where no loss is read.</summary>
    /// <param name="iteration">Its number, from 0: the updates made before it.</param>
    void BeforeIteration(long iteration)
    {
    }

    /// <summary>The loss of an iteration was read, after its update was launched.</summary>
    /// <param name="record">The iteration.</param>
    void OnIteration(IterationRecord record)
    {
    }

    /// <summary>The test set was evaluated.</summary>
    /// <param name="record">The evaluation.</param>
    void OnEvaluation(EvaluationRecord record)
    {
    }

    /// <summary>The run is over, for whatever reason except an exception.</summary>
    /// <param name="result">What it came to.</param>
    void OnEnd(TrainingResult result)
    {
    }
}
