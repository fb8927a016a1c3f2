// Streams, events and graphs: queues of work, marks in them, and recordings of them.
#include <algorithm>

#include "tests/support/simt/machine.h"

namespace simt {
namespace {

template <class T>
bool isLive(const std::set<T*>& all, T* object) {
    return all.count(object) != 0;
}

template <class T>
T* made(std::set<T*>& all, T value = {}) {
    ++state().counts.liveObjects;
    return *all.insert(new T(std::move(value))).first;
}

template <class T>
cudaError_t destroy(std::set<T*>& all, T* object) {
    if (all.erase(object) == 0) return cudaErrorInvalidResourceHandle;
    delete object;
    --state().counts.liveObjects;
    return cudaSuccess;
}

template <class T>
void destroyAll(std::set<T*>& all) {
    for (T* object : all)
        delete object;
    all.clear();
}

// The result of a call: the refusal that was ordered, or what `body` gives.
template <class Body>
cudaError_t calling(const Body& body) {
    Call call;
    if (call.isRefused()) return call.refusal();
    return call.done(body());
}

bool isReached(const Event& event) {
    return event.stream == nullptr || !isLive(state().streams, event.stream) ||
           event.stream->done >= event.after;
}

cudaError_t reach(const Event& event) {
    return isReached(event) ? cudaSuccess : drain(event.stream, event.after);
}

// Time passes by one millisecond per work: enough for differences to be positive.
double clockNow = 0;

void endCapture(Graph& graph) {
    for (Stream* recording : graph.streams)
        recording->capture = nullptr;
    graph.streams.clear();
    for (Event* event : state().events) {
        if (event->capture == &graph)
            *event = Event{.isTimed = event->isTimed, .isBlocking = event->isBlocking};
    }
}

// Of a stream that is destroyed while it records: with the stream that it began in, a capture ends.
void abandonCapture(Stream& stream) {
    if (stream.capture == nullptr) return;
    if (!stream.isCaptureOrigin) {
        stream.capture->streams.erase(&stream);
        return;
    }
    Graph* graph = stream.capture;
    endCapture(*graph);
    destroy(state().graphs, graph);
}

}  // namespace

bool isCapturing() {
    return std::any_of(state().graphs.begin(), state().graphs.end(),
                       [](const Graph* graph) { return !graph->streams.empty(); });
}

void breakCaptures() {
    for (Graph* graph : state().graphs) {
        if (!graph->streams.empty()) graph->isBroken = true;
    }
}

Stream* streamOf(cudaStream_t stream) {
    State& s = state();
    if (stream != nullptr) return isLive(s.streams, stream) ? stream : nullptr;
    s.defaultStreams.resize(s.machine.gpus.size());
    auto& own = s.defaultStreams.at(static_cast<std::size_t>(currentDevice()));
    if (own == nullptr) {
        own = std::make_unique<Stream>();
        own->device = currentDevice();
        s.streams.insert(own.get());
    }
    return own.get();
}

cudaError_t enqueue(Stream* stream, Work work) {
    if (stream->capture != nullptr) {
        stream->capture->works.push_back(std::move(work));
        return cudaSuccess;
    }
    ++stream->enqueued;
    stream->waiting.push_back(std::move(work));
    if (state().machine.isLazy) return cudaSuccess;
    return drain(stream, stream->enqueued);
}

cudaError_t drain(Stream* stream, std::int64_t until) {
    while (stream->done < until && !stream->waiting.empty()) {
        const Work work = std::move(stream->waiting.front());
        stream->waiting.pop_front();
        const cudaError_t error = work();
        ++stream->done;
        clockNow += 1;
        if (error != cudaSuccess) return error;
    }
    return cudaSuccess;
}

cudaError_t drainAll() {
    for (Stream* stream : state().streams) {
        if (const cudaError_t error = drain(stream, stream->enqueued)) return error;
    }
    return cudaSuccess;
}

void forgetStreams() {
    State& s = state();
    for (auto& own : s.defaultStreams)
        s.streams.erase(own.get());
    s.defaultStreams.clear();
    destroyAll(s.streams);
    destroyAll(s.events);
    destroyAll(s.graphs);
    destroyAll(s.execs);
}

}  // namespace simt

using namespace simt;

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
    return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}
cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
    return cudaStreamCreateWithFlags(stream, flags);
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    return calling([&] {
        *stream = made(state().streams);
        (*stream)->device = currentDevice();
        return cudaSuccess;
    });
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    Call call;
    if (!isLive(state().streams, stream)) return call.done(cudaErrorInvalidResourceHandle);
    abandonCapture(*stream);
    if (!call.isRefused()) drain(stream, stream->enqueued);
    destroy(state().streams, stream);
    return call.refusal();
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    return calling([&] {
        Stream* queue = streamOf(stream);
        if (queue == nullptr) return cudaErrorInvalidResourceHandle;
        if (queue->capture != nullptr) return cudaErrorStreamCaptureUnsupported;
        ++state().counts.spins;
        ++state().counts.waits;
        return drain(queue, queue->enqueued);
    });
}
// Asking lets a lazy stream go on by one work, so that a host which asks again and again gets on.
cudaError_t cudaStreamQuery(cudaStream_t stream) {
    return calling([&] {
        Stream* queue = streamOf(stream);
        if (queue == nullptr) return cudaErrorInvalidResourceHandle;
        if (queue->done == queue->enqueued) return cudaSuccess;
        const cudaError_t error = drain(queue, queue->done + 1);
        return error != cudaSuccess ? error : cudaErrorNotReady;
    });
}
// While one of them is recorded, waiting for its event makes the other stream record, too.
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
    return calling([&] {
        Stream* queue = streamOf(stream);
        if (queue == nullptr || !isLive(state().events, event))
            return cudaErrorInvalidResourceHandle;
        if (event->capture != nullptr) {
            queue->capture = event->capture;
            event->capture->streams.insert(queue);
            return cudaSuccess;
        }
        return enqueue(queue, [mark = *event] { return reach(mark); });
    });
}
cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* data) {
    return calling([&] {
        Stream* queue = streamOf(stream);
        if (queue == nullptr) return cudaErrorInvalidResourceHandle;
        return enqueue(queue, [=] {
            function(data);
            return cudaSuccess;
        });
    });
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
    return cudaEventCreateWithFlags(event, cudaEventDefault);
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
    return calling([&] {
        *event = made(state().events);
        (*event)->isTimed = (flags & cudaEventDisableTiming) == 0;
        (*event)->isBlocking = (flags & cudaEventBlockingSync) != 0;
        return cudaSuccess;
    });
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
    Call call;
    const cudaError_t error = destroy(state().events, event);
    return call.isRefused() ? call.refusal() : call.done(error);
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    return calling([&] {
        Stream* queue = streamOf(stream);
        if (queue == nullptr || !isLive(state().events, event))
            return cudaErrorInvalidResourceHandle;
        event->stream = queue;
        event->capture = queue->capture;
        if (queue->capture != nullptr) return cudaSuccess;
        const cudaError_t error = enqueue(queue, [event] {
            if (isLive(state().events, event)) event->milliseconds = clockNow;
            return cudaSuccess;
        });
        event->after = queue->enqueued;
        return error;
    });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    return calling([&] {
        if (!isLive(state().events, event)) return cudaErrorInvalidResourceHandle;
        if (event->capture != nullptr) return cudaErrorStreamCaptureUnsupported;
        if (!event->isBlocking) ++state().counts.spins;
        ++state().counts.waits;
        return reach(*event);
    });
}
cudaError_t cudaEventQuery(cudaEvent_t event) {
    return calling([&] {
        if (!isLive(state().events, event)) return cudaErrorInvalidResourceHandle;
        if (isReached(*event)) return cudaSuccess;
        const cudaError_t error = drain(event->stream, event->stream->done + 1);
        return error != cudaSuccess ? error : cudaErrorNotReady;
    });
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
    return calling([&] {
        for (const cudaEvent_t event : {start, end}) {
            if (!isLive(state().events, event) || !event->isTimed || event->stream == nullptr)
                return cudaErrorInvalidResourceHandle;
            if (!isReached(*event)) return cudaErrorNotReady;
        }
        *milliseconds = static_cast<float>(end->milliseconds - start->milliseconds);
        return cudaSuccess;
    });
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    return calling([&] {
        Stream* queue = stream == nullptr ? nullptr : streamOf(stream);
        if (queue == nullptr || queue->capture != nullptr) return cudaErrorInvalidValue;
        queue->capture = made(state().graphs);
        queue->capture->streams.insert(queue);
        queue->isCaptureOrigin = true;
        return cudaSuccess;
    });
}
// The capture is over, also where the call fails.
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    Call call;
    Stream* queue = streamOf(stream);
    *graph = nullptr;
    if (queue == nullptr || !queue->isCaptureOrigin) {
        return call.isRefused() ? call.refusal() : call.done(cudaErrorInvalidValue);
    }
    Graph* recorded = queue->capture;
    queue->isCaptureOrigin = false;
    endCapture(*recorded);
    if (call.isRefused()) {
        destroy(state().graphs, recorded);
        return call.refusal();
    }
    if (recorded->isBroken) {
        destroy(state().graphs, recorded);
        return call.done(cudaErrorStreamCaptureInvalidated);
    }
    *graph = recorded;
    return call.done(cudaSuccess);
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
    return calling([&] {
        if (!isLive(state().graphs, graph)) return cudaErrorInvalidValue;
        *exec = made(state().execs);
        (*exec)->works = graph->works;
        (*exec)->device = currentDevice();
        return cudaSuccess;
    });
}
// Here a graph takes its memory: not before it is known where it runs.
cudaError_t cudaGraphUpload(cudaGraphExec_t exec, cudaStream_t) {
    return calling([&] {
        if (!isLive(state().execs, exec)) return cudaErrorInvalidResourceHandle;
        if (exec->bytes > 0) return cudaSuccess;
        const std::size_t bytes = exec->works.size() * gpuOf(exec->device).graphNodeBytes;
        if (!take(exec->device, bytes)) return cudaErrorMemoryAllocation;
        exec->bytes = bytes;
        return cudaSuccess;
    });
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
    return calling([&] {
        Stream* queue = streamOf(stream);
        if (queue == nullptr || !isLive(state().execs, exec)) return cudaErrorInvalidResourceHandle;
        ++state().counts.graphLaunches;
        for (const Work& work : exec->works) {
            if (const cudaError_t error = enqueue(queue, work)) return error;
        }
        return cudaSuccess;
    });
}
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, std::size_t* count) {
    return calling([&] {
        if (!isLive(state().graphs, graph)) return cudaErrorInvalidValue;
        *count = graph->works.size();
        return cudaSuccess;
    });
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    Call call;
    const cudaError_t error = destroy(state().graphs, graph);
    return call.isRefused() ? call.refusal() : call.done(error);
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
    Call call;
    if (isLive(state().execs, exec)) giveBack(exec->device, exec->bytes);
    const cudaError_t error = destroy(state().execs, exec);
    return call.isRefused() ? call.refusal() : call.done(error);
}
