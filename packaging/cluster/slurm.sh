#!/usr/bin/env bash
#SBATCH --job-name=deepseek-moe
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --mem=48G
#SBATCH --time=08:00:00
# DeepSeekMoE 16B on one node, or on several that Ray joins (pip install "vllm==0.11.2" "ray[default]").
# MODEL is the folder with the model, VLLM_API_KEY the key that clients give: export both before sbatch.
set -euo pipefail
: "${MODEL:?the folder of deepseek-moe-16b-chat}"
: "${VLLM_API_KEY:?a key that clients give}"
export HF_HUB_OFFLINE=1
gpus=${SLURM_GPUS_ON_NODE:-1}
nodes=${SLURM_JOB_NUM_NODES:-1}

if [ "$nodes" -gt 1 ]; then
    head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
    address=$(srun --nodes=1 --ntasks=1 -w "$head" hostname -I | cut -d' ' -f1)
    srun --nodes=1 --ntasks=1 -w "$head" --overlap ray start --head --node-ip-address="$address" --port=6379 --block &
    sleep 15
    srun --nodes=$((nodes - 1)) --ntasks=$((nodes - 1)) --exclude="$head" --overlap ray start --address="$address:6379" --block &
    sleep 15
    set -- --distributed-executor-backend=ray
fi
echo "http://$(hostname -f):8000/v1"
vllm serve "$MODEL" \
    --served-model-name=deepseek-moe-16b-chat \
    --max-model-len=4096 \
    --dtype=bfloat16 \
    --tensor-parallel-size="$gpus" \
    --pipeline-parallel-size="$nodes" \
    --max-logprobs=20 \
    --port=8000 "$@"
